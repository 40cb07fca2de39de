import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { TEMPLATES_FILE, templatesText } from '../../../dev/cli/templates-file.ts'
import { type Template as Simulated, VISITING } from '../../../dev/simulator/api/template.ts'
import { startWeChatApi, type WeChatApi } from '../../../dev/simulator/api/wechat-api.ts'
import type { TemplateId } from '../../../shared/kernel/ids.ts'
import { APP_ID, aClock } from '../../support/build.ts'

const SECRET = '0123456789abcdef0123456789abcdef'
const script = resolve(`node_modules/.cache/weapp-push/cli-templates-${process.pid}.mjs`)

let folder: string
let file: string
let api: WeChatApi | undefined

beforeAll(async () => {
  await build({
    entryPoints: ['dev/cli/main.ts'],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'silent',
  })
})
afterAll(() => rmSync(script))

/** A project's folder with a file of templates that nobody has. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'templates-'))
  file = join(folder, TEMPLATES_FILE)
  mkdirSync(join(folder, 'shared/reply'), { recursive: true })
  writeFileSync(file, '{}\n')
})
afterEach(async () => {
  await api?.close()
  api = undefined
  rmSync(folder, { recursive: true })
})

async function wx(args: string, env: Readonly<Record<string, string>> = {}) {
  const none = { WX_STACK_FILE: join(folder, 'stack.json') }
  const child = spawn(process.execPath, [script, ...args.split(' ')], {
    cwd: folder,
    env: { ...process.env, ...none, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { status: await exited, output, errors }
}

async function account(templates?: readonly Simulated[]): Promise<Readonly<Record<string, string>>> {
  const some = templates === undefined ? {} : { templates }
  api = await startWeChatApi({ account: { appId: APP_ID, appSecret: SECRET }, clock: aClock(), ...some })
  return { WECHAT_APP_ID: APP_ID, WECHAT_APP_SECRET: SECRET, WECHAT_API_BASE: api.url }
}

describe('wx templates pull', () => {
  test('writes the templates of the account, the same at every time', async () => {
    const env = await account()
    expect(await wx('templates pull', env)).toMatchObject({
      status: 0,
      output: expect.stringMatching(/^✓ 4 templates/),
    })
    const written = readFileSync(file, 'utf8')
    expect(Object.keys(JSON.parse(written))).toEqual(api?.templates().map(({ priTmplId }) => priTmplId))
    expect(await wx('templates pull', env)).toMatchObject({ status: 0, output: expect.stringMatching(/^✓ .* is what/) })
    expect(readFileSync(file, 'utf8')).toBe(written)
  })

  test('--check ends with 1 when the file differs, and writes nothing', async () => {
    const env = await account()
    expect(await wx('templates pull --check', env)).toMatchObject({
      status: 1,
      output: expect.stringMatching(/^✗ .*pull/),
    })
    expect(readFileSync(file, 'utf8')).toBe('{}\n')
    await wx('templates pull', env)
    expect((await wx('templates pull --check', env)).status).toBe(0)
  })

  test('asks the simulated WeChat of the stack that runs', async () => {
    const stack = { pid: process.pid, url: 'http://127.0.0.1:9', env: await account() }
    writeFileSync(join(folder, 'stack.json'), JSON.stringify(stack))
    const output = expect.stringMatching(/^✓ 4 templates of the simulated WeChat 模拟的微信 written/)
    expect(await wx('templates pull')).toMatchObject({ status: 0, errors: '', output })
    expect(readFileSync(file, 'utf8')).toContain(VISITING)
  })

  test('does not overwrite the file with nothing', async () => {
    expect((await wx('templates pull', await account([]))).status).toBe(1)
    expect(readFileSync(file, 'utf8')).toBe('{}\n')
  })

  test('writes nothing when WeChat refuses, and shows no secret', async () => {
    const wrong = 'f'.repeat(32)
    const { status, errors } = await wx('templates pull', { ...(await account()), WECHAT_APP_SECRET: wrong })
    expect([status, errors]).toEqual([1, expect.stringMatching(/^WECHAT_REFUSED .*errcode=40125/)])
    expect(errors).not.toContain(wrong)
    expect(readFileSync(file, 'utf8')).toBe('{}\n')
  })

  test.each([
    ['templates push', /^templates: "push"; one of 可选: pull$/],
    ['templates --check', /^--check goes with pull/],
    ['templates pull', /WECHAT_APP_SECRET/],
  ])('wx %s, without credentials: ends with 2', async (line, reason) => {
    const { status, errors } = await wx(line)
    expect([status, errors.trimEnd()]).toEqual([2, expect.stringMatching(reason)])
  })

  test('makes no folder elsewhere', async () => {
    rmSync(join(folder, 'shared'), { recursive: true })
    expect(await wx('templates pull', await account())).toMatchObject({ status: 2 })
    expect(existsSync(file)).toBe(false)
  })
})

test('wx templates lists what is committed', async () => {
  const { status, output } = await wx('templates')
  expect([status, output]).toEqual([0, expect.stringMatching(/^\S+ {2}once {2}新消息提醒 {2}thing1 发送人, /)])
  expect(JSON.parse((await wx('templates --json')).output)).toEqual(JSON.parse(readFileSync(TEMPLATES_FILE, 'utf8')))
})

describe('templatesText', () => {
  const template = {
    templateId: 'T' as TemplateId,
    title: '会议',
    content: '会议时间：{{date2.DATA}}\n地点: 二楼:{{thing1.DATA}}\n{{enum3.DATA}}\n',
    example: '',
    type: 'other',
    enums: { enum3: ['一', '二'] },
  } as const

  test('keeps the order of the card, and its names without their colon', () => {
    expect(Object.entries(JSON.parse(templatesText([template])).T.fields)).toEqual([
      ['date2', '会议时间'],
      ['thing1', '地点: 二楼'],
      ['enum3', ''],
    ])
  })

  test('is formatted as the project’s files are: two blanks, and a line end', () => {
    expect(templatesText([template])).toMatch(/^\{\n {2}"T": \{\n {4}"title": "会议",\n/)
    expect(templatesText([template])).toMatch(/"enum3": \[\n {8}"一",.*\}\n$/s)
  })
})
