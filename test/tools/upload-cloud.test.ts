import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'

/** Writes down what it is asked for, in place of sending it. */
const STUB = `const { writeFileSync } = require('node:fs')
exports.Project = class Project { constructor(options) { this.options = options } }
exports.cloud = {
  async uploadFunction(upload) {
    if (process.env.REFUSED) throw new Error('invalid ip')
    writeFileSync('asked.json', JSON.stringify(upload))
    return { filesCount: 3, packSize: 1234 }
  },
}`

const SCRIPT = resolve('tools/upload-cloud.mjs')
const GIVEN = { WECHAT_APP_ID: 'wx0123456789abcdef', CLOUD_ENV: 'shop-1', UPLOAD_KEY_PATH: 'upload.key' }
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weapp-push-upload-'))
  for (const name of ['customer-service', 'customer-service-bundled']) {
    mkdirSync(join(folder, 'dist/cloud', name), { recursive: true })
  }
  cpSync('package.json', join(folder, 'package.json'))
  writeFileSync(join(folder, 'upload.key'), 'PRIVATE')
  mkdirSync(join(folder, 'node_modules/miniprogram-ci'), { recursive: true })
  writeFileSync(join(folder, 'node_modules/miniprogram-ci/index.js'), STUB)
})

afterEach(() => rmSync(folder, { recursive: true }))

function upload(args: readonly string[], env: Readonly<Record<string, string>> = GIVEN) {
  const options = { cwd: folder, env: { PATH: process.env.PATH, ...env }, encoding: 'utf8' } as const
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], options)
  return { status, stdout, stderr }
}

const asked = () => JSON.parse(readFileSync(join(folder, 'asked.json'), 'utf8'))
const at = (path: string): string => expect.stringMatching(new RegExp(`/${path}$`))

describe('npm run upload:cloud', () => {
  it('uploads the folder, whose packages are installed in the cloud', () => {
    const { status, stdout, stderr } = upload([])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const { options, ...rest } = { ...asked(), ...asked().project }
    expect(options).toEqual({
      appid: GIVEN.WECHAT_APP_ID,
      type: 'miniProgram',
      projectPath: at('samples/cloud'),
      privateKeyPath: at('upload.key'),
    })
    const path = at('dist/cloud/customer-service')
    expect(rest).toMatchObject({ env: 'shop-1', name: 'customer-service', path, remoteNpmInstall: true })
    expect(stdout).toContain('uploaded 已上传: customer-service → shop-1, 3 files, 1234 bytes')
  })

  it('uploads the one with the SDK inside, which needs no installation, under another name', () => {
    expect(upload(['--bundle-sdk', '--name', 'kefu']).status).toBe(0)
    const path = at('dist/cloud/customer-service-bundled')
    expect(asked()).toMatchObject({ name: 'kefu', path, remoteNpmInstall: false })
  })

  it('lets options go before variables, and variables before the file', () => {
    writeFileSync(join(folder, '.env'), 'WECHAT_APP_ID=wxffffffffffffffff\nCLOUD_ENV=from-file\n')
    const { WECHAT_APP_ID, UPLOAD_KEY_PATH } = GIVEN
    expect(upload(['--appid', 'wxaaaaaaaaaaaaaaaa'], { WECHAT_APP_ID, UPLOAD_KEY_PATH }).status).toBe(0)
    expect(asked()).toMatchObject({ env: 'from-file', project: { options: { appid: 'wxaaaaaaaaaaaaaaaa' } } })
  })

  it('warns of what a first upload would create', () => {
    expect(upload([]).stdout).toMatch(/must exist in shop-1: .*Node 8\.9 and 3 s.*\n.*须已在环境 shop-1 中创建/)
  })

  it('says that permissions are not part of it', () => {
    expect(upload([]).stdout).toMatch(/config\.json are applied by DevTools alone .*只能由开发者工具上传/)
  })

  test('without miniprogram-ci it says in one line what to install', () => {
    rmSync(join(folder, 'node_modules'), { recursive: true })
    const { status, stderr } = upload([])
    expect(status).toBe(1)
    expect(stderr).toBe(
      'upload:cloud: miniprogram-ci is not installed 未安装 miniprogram-ci: npm i --no-save miniprogram-ci@2.1.42\n',
    )
  })

  test.each([
    ['WECHAT_APP_ID', '--appid'],
    ['CLOUD_ENV', '--env'],
    ['UPLOAD_KEY_PATH', '--key'],
  ])('without %s it names the variable and %s', (variable, option) => {
    const { status, stderr } = upload([], { ...GIVEN, [variable]: '' })
    expect(status).toBe(1)
    expect(stderr).toMatch(new RegExp(`^upload:cloud: ${option} or ${variable}: [^;\\n]*\\n$`))
  })

  test('without a build, or without the key, it says which', () => {
    rmSync(join(folder, 'upload.key'))
    expect(upload([]).stderr).toMatch(/^upload:cloud: upload\.key: no such file/)
    rmSync(join(folder, 'dist'), { recursive: true })
    expect(upload([]).stderr).toMatch(/npm run build 请先运行 npm run build\n$/)
  })

  test('an unknown option is named', () => {
    expect(upload(['--evn', 'x']).stderr).toMatch(/^upload:cloud: Unknown option '--evn'/)
  })

  test('what miniprogram-ci refuses ends in its own words', () => {
    const { status, stdout, stderr } = upload([], { ...GIVEN, REFUSED: '1' })
    expect(status).toBe(1)
    expect(stderr).toContain('invalid ip')
    expect(stdout).not.toContain('✓')
  })
})
