import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { accountOf } from '../../dev/settings.ts'
import { loadSettings } from '../../shared/config/settings.ts'
import { decodeAesKey } from '../../shared/wechat/envelope.ts'
import { AES_KEY, APP_ID, TOKEN } from '../support/build.ts'

/** A folder of its own, so that no .env but the test's is read, and none of ours. */
const folder = mkdtempSync(join(tmpdir(), 'settings-'))
const script = join(folder, 'settings.mjs')

beforeAll(async () => {
  await build({
    stdin: {
      contents: `
        import { demoNames, localSettings } from './dev/settings.ts'
        const { stack } = JSON.parse(process.argv[2])
        const settings = localSettings(stack)
        console.log(JSON.stringify({ settings, demo: demoNames(settings) }))`,
      resolveDir: resolve('.'),
      loader: 'ts',
    },
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
  })
})

afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => rmSync(join(folder, '.env'), { force: true }))

/** The names of the demo's credentials. */
const WECHAT_DEMO = ['WECHAT_APP_ID', 'WECHAT_TOKEN', 'WECHAT_ENCODING_AES_KEY', 'WECHAT_APP_SECRET']
const IM_DEMO = ['IM_SDK_APP_ID', 'IM_SECRET_KEY', 'IM_CALLBACK_TOKEN']

type Variables = Readonly<Record<string, string>>
interface Sources {
  readonly environment?: Variables
  readonly file?: string
  readonly stack?: Variables
}
interface Local {
  readonly settings: Variables
  readonly demo: readonly string[]
}

/** What a process reads that has this environment, this .env and this stack beside it. */
function local({ environment = {}, file, stack }: Sources = {}): Local {
  if (file !== undefined) writeFileSync(join(folder, '.env'), file)
  const running = stack === undefined ? undefined : { pid: process.pid, url: 'http://127.0.0.1:1', env: stack }
  const options = { cwd: folder, env: environment, encoding: 'utf8' } as const
  const { stdout, stderr } = spawnSync(process.execPath, [script, JSON.stringify({ stack: running })], options)
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

describe('localSettings', () => {
  test('are those of nobody where nothing is set', () => {
    const { settings, demo } = local()
    expect(settings).toMatchObject({ WECHAT_APP_ID: 'wx0123456789abcdef', WECHAT_PUSH_MODE: 'safe' })
    expect(demo).toEqual([...WECHAT_DEMO, ...IM_DEMO])
    expect(accountOf(settings)).toMatchObject({ mode: 'safe' })
  })

  test('come from the environment before .env before the running stack before the demo', () => {
    const stack = { WECHAT_APP_ID: 'wxFromStack', WECHAT_TOKEN: 'FromStack', WECHAT_PUSH_MODE: 'compatible' }
    const file = 'WECHAT_APP_ID=wxFromFile\nWECHAT_TOKEN=FromFile\n'
    const environment = { WECHAT_APP_ID: 'wxFromEnvironment' }
    const { settings, demo } = local({ environment, file, stack })
    expect(settings).toMatchObject({
      WECHAT_APP_ID: 'wxFromEnvironment',
      WECHAT_TOKEN: 'FromFile',
      WECHAT_PUSH_MODE: 'compatible',
    })
    expect(settings.WECHAT_ENCODING_AES_KEY).toBe(local().settings.WECHAT_ENCODING_AES_KEY)
    expect(demo).toEqual(['WECHAT_ENCODING_AES_KEY', 'WECHAT_APP_SECRET', ...IM_DEMO])
  })

  test('take what is empty for what is not set, as in a copy of .env.example', () => {
    const sources = { environment: { WECHAT_TOKEN: '' }, file: 'WECHAT_APP_ID=\n', stack: { WECHAT_APP_ID: '' } }
    const { settings, demo } = local(sources)
    expect(settings).toEqual(local().settings)
    expect(demo).toEqual([...WECHAT_DEMO, ...IM_DEMO])
  })

  test('hold what .env has for handlers of one’s own, and what serverless.yml asks the environment for', () => {
    writeFileSync(
      join(folder, 'serverless.yml'),
      `environment:\n  SHOP: \${env:SHOP}\n  REGION: \${env:AWS_REGION, 'x'}\n`,
    )
    const environment = { SHOP: 'of the shell', MODEL_KEY: 'of the shell', AWS_REGION: 'r', LANG: 'C' }
    const { settings } = local({ environment, file: 'MODEL_URL=of the file\nMODEL_KEY=of the file\nAWS_PROFILE=p\n' })
    rmSync(join(folder, 'serverless.yml'))
    const { SHOP, MODEL_URL, MODEL_KEY } = settings
    expect([SHOP, MODEL_URL, MODEL_KEY]).toEqual(['of the shell', 'of the file', 'of the shell'])
    expect(Object.keys(settings).filter((name) => /AWS|LANG/.test(name))).toEqual([])
  })

  test('hold the age and the log level where they are set, and nothing else of the environment', () => {
    const environment = { PUSH_RETENTION_HOURS: '1', LOG_LEVEL: 'debug', LANG: 'zh_CN.UTF-8', TABLE_NAME: 'elsewhere' }
    const { settings } = local({ environment })
    expect(Object.keys(settings).sort()).toEqual([
      'IM_ADMIN',
      'IM_CALLBACK_TOKEN',
      'IM_SDK_APP_ID',
      'IM_SECRET_KEY',
      'LOG_LEVEL',
      'PUSH_RETENTION_HOURS',
      'WECHAT_APP_ID',
      'WECHAT_APP_SECRET',
      'WECHAT_ENCODING_AES_KEY',
      'WECHAT_PUSH_MODE',
      'WECHAT_TOKEN',
    ])
    expect(settings).toMatchObject({ PUSH_RETENTION_HOURS: '1', LOG_LEVEL: 'debug' })
  })
})

describe('what is sent', () => {
  test('goes with a secret of the demo to the simulated WeChat unless both are set', () => {
    const { settings } = local()
    expect(loadSettings(settings, 'appSecret').appSecret.reveal()).toHaveLength(32)
    expect(settings).not.toHaveProperty('WECHAT_API_BASE')
    const own = { WECHAT_APP_SECRET: 's'.repeat(32), WECHAT_API_BASE: 'http://127.0.0.1:9', LONG_TERM_TEMPLATES: 'a,b' }
    const { settings: set, demo } = local({ environment: own })
    expect(set).toMatchObject(own)
    expect(demo).not.toContain('WECHAT_APP_SECRET')
  })
})

describe('notices', () => {
  test('go by the settings where they are set, and ask the simulated Tencent IM unless another is', () => {
    expect(local().settings).not.toHaveProperty('IM_API_BASE')
    const own = {
      IM_SDK_APP_ID: '1400000001',
      IM_SECRET_KEY: 's'.repeat(64),
      IM_API_BASE: 'http://127.0.0.1:9',
      NOTIFY_TEMPLATE: 'T1',
      NOTIFY_COOLDOWNS: '30s',
      NOTIFY_PER_DAY: '3',
      QUIET_HOURS: '22:00-08:00',
      NOTIFY_WHEN: 'offline',
    }
    const { settings, demo } = local({ environment: own })
    expect(settings).toMatchObject(own)
    expect(demo.filter((name) => name.startsWith('IM_'))).toEqual(['IM_CALLBACK_TOKEN'])
  })
})

describe('accountOf', () => {
  const env = { WECHAT_APP_ID: APP_ID, WECHAT_TOKEN: TOKEN, WECHAT_ENCODING_AES_KEY: AES_KEY }

  test('is what WeChat would know, in safe mode unless another is set', () => {
    const { account, mode } = accountOf(env)
    expect([account.appId, account.token.reveal(), mode]).toEqual([APP_ID, TOKEN, 'safe'])
    expect(account.key.reveal()).toEqual(decodeAesKey(AES_KEY).reveal())
  })

  test('signs with the first of a list of secrets', () => {
    const lists = { WECHAT_TOKEN: `${TOKEN},OldToken`, WECHAT_ENCODING_AES_KEY: `${AES_KEY},${'o'.repeat(43)}` }
    const { account } = accountOf({ ...env, ...lists })
    expect(account.token.reveal()).toBe(TOKEN)
    expect(account.key.reveal()).toEqual(decodeAesKey(AES_KEY).reveal())
  })

  test('needs no key in plaintext mode', () => {
    const { account, mode } = accountOf({ ...env, WECHAT_ENCODING_AES_KEY: '', WECHAT_PUSH_MODE: 'plaintext' })
    expect([account.key.reveal().length, mode]).toEqual([32, 'plaintext'])
  })

  test('names what is malformed', () => {
    const malformed = { WECHAT_APP_ID: 'gh_0a1b2c3d4e5f', WECHAT_ENCODING_AES_KEY: 'short' }
    expect(() => accountOf({ ...env, ...malformed })).toThrow(
      /^SETTINGS_INVALID .*WECHAT_APP_ID.*WECHAT_ENCODING_AES_KEY/,
    )
  })
})
