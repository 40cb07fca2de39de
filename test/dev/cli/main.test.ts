import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AES_KEY, APP_ID, aDelivery, TOKEN } from '../../support/build.ts'

/** What a command says that needs a running stack. */
const NO_STACK = /^no stack is running here: npm start/

/** Built once; within the repository, so that it finds the packages. */
const script = resolve(`node_modules/.cache/weapp-push/cli-${process.pid}.mjs`)
/** Without a .env, and without a stack. */
const folder = mkdtempSync(join(tmpdir(), 'cli-'))

const ENVIRONMENT = {
  WX_STACK_FILE: join(folder, 'none.json'),
  WECHAT_APP_ID: APP_ID,
  WECHAT_TOKEN: TOKEN,
  WECHAT_ENCODING_AES_KEY: AES_KEY,
}
const { query, body } = aDelivery()

beforeAll(async () => {
  writeFileSync(join(folder, 'body.json'), body)
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

afterAll(() => {
  rmSync(script)
  rmSync(folder, { recursive: true })
})

/** `npm run -s wx -- …` */
async function wx(args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}, input = '') {
  const child = spawn(process.execPath, [script, ...args], { cwd: folder, env: { ...ENVIRONMENT, ...env } })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  child.stdin.end(input)
  const [status] = await once(child, 'close')
  return { status, stdout, stderr }
}

describe.concurrent('a command line that is not understood', () => {
  test.each<readonly [line: string, stderr: RegExp]>([
    ['nothing', /^no command "nothing"; .*help lists them 没有这个命令，见 help$/],
    ['push nothing', /^no kind "nothing"/],
    ['push text image', /^"image" is one word too many/],
    ['push image --say 你好', /^--say goes with text alone/],
    ['push text --mod safe', /^Unknown option '--mod'$/],
    ['push text --mode loud', /^--mode: "loud"; one of 可选: plaintext, compatible, safe$/],
    ['push text --format yaml', /^--format: "yaml"; one of 可选: json, xml$/],
    ['push text --url nowhere', /^--url: "nowhere" is no URL/],
    ['decode', /^decode needs --query/],
    ['decode --query a=b --at yesterday', /^--at takes Unix seconds 须为 Unix 秒$/],
    ['decode --query a=b --body-file none.json', /^--body-file: ENOENT/],
    ['scenario nothing', /^scenario: "nothing"; one of 可选: first-look, /],
    ['replay', /^which ones\? --key, --person, /],
    ['permits', /^whose\? permits <openid\|userId> 缺少 openid 或 UserID$/],
    ['im', /^im: missing 缺少; one of 可选: meet, say, group, status, read, recall, online, sig$/],
    ['im dance alice', /^im: "dance"; one of 可选: meet, say, /],
    ['im say alice bob', /^im say <from> <to> <text…>: 参数个数不对/],
    ['im read alice bob carol', /^im read <reader> <peer>: /],
    ['im status bob Away', /^status: "Away"; one of 可选: Online, PushOnline, Offline$/],
    ['im meet bob oBob many', /^im meet: "many" is no number/],
    ['im sig 0123456789012345678901234567890123', /^a UserID has 1 to 32 bytes/],
    ['im online bob', /^put IM_SDK_APP_ID and IM_SECRET_KEY of your own into \.env, or npm start /],
    ['im say alice bob 在吗？', NO_STACK],
    ['im meet bob oBob', NO_STACK],
    ['send', /^send <to> <template> <key=value>… 缺少参数$/],
    ['send bob', /^which template\? .* 缺少模板 ID$/],
    ['send bob thing1=小张', /^which template\? /],
    ['send bob T1', /no field 缺少字段/],
    ['send bob T1 thing1', /^"thing1" is no key=value/],
    ['send bob T1 thing1=小张', NO_STACK],
    ['clock --advance soon', /^--advance: "soon" is no span; 90s, 10m, 2h or 3d 不是有效的时长$/],
    ['failed', NO_STACK],
    ['replay --all', NO_STACK],
    ['permits oSomebody', NO_STACK],
    ['clock', NO_STACK],
    ['outbox', NO_STACK],
  ])('wx %s: ends with 2 and one line', async (line, reason) => {
    const { status, stdout, stderr } = await wx(line.split(' '))
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^[^\n]+\n$/)
    expect(stderr.trimEnd()).toMatch(reason)
  })
})

describe.concurrent('help', () => {
  test.each(['', '--help'])('wx %s lists the commands', async (word) => {
    const { status, stdout, stderr } = await wx(word === '' ? [] : [word])
    expect([status, stderr]).toEqual([0, ''])
    const names = [
      'verify',
      'push',
      'event',
      'decode',
      'scenario',
      'im',
      'send',
      'outbox',
      'failed',
      'replay',
      'permits',
      'templates',
      'clock',
    ]
    for (const name of names) expect(stdout).toContain(`\n  ${name} `)
  })

  test.each([
    ['verify', 'verify [--url <url>]'],
    ['push', 'push <kind> '],
    ['event', 'event <kind|verify> '],
    ['decode', "decode --query '<query string>' "],
    ['scenario', 'scenario <name> '],
    ['im', 'im <meet|say|group|status|read|recall|online|sig> … '],
    ['send', 'send <to> <template> <key=value>… '],
    ['outbox', 'outbox [--person <openid>] '],
    ['failed', 'failed [--person <id>] '],
    ['replay', 'replay [<key>] [--person <id>] '],
    ['permits', 'permits <openid|userId> '],
    ['templates', 'templates [pull [--check]] '],
    ['clock', 'clock [--advance <span>] '],
  ])('wx %s --help tells its usage', async (name, usage) => {
    const { status, stdout, stderr } = await wx([name, '--help'])
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout.slice(0, 17 + usage.length)).toBe(`npm run -s wx -- ${usage}`)
  })
})

describe.concurrent('wx decode', () => {
  test('reads a body from a file or from standard input, a query by itself or in a URL', async () => {
    const fromFile = await wx(['decode', '--query', query, '--body-file', 'body.json', '--json'])
    const fromInput = await wx(['decode', '--query', `http://a/push?${query}`, '--body-file', '-', '--json'], {}, body)
    expect(fromFile.status).toBe(0)
    expect(JSON.parse(fromFile.stdout)).toMatchObject({ ok: true, kind: 'text', format: 'json', sealed: true })
    expect(fromInput).toEqual(fromFile)
  })

  test('says so when the demo stands in', async () => {
    const { status, stdout } = await wx(['decode', '--query', query, '--body-file', 'body.json'], { WECHAT_TOKEN: '' })
    expect(status).toBe(1)
    expect(stdout.split('\n')[0]).toBe("! WECHAT_TOKEN: not set, so the demo's 未设置，使用演示凭据")
  })
})

test('settings that are malformed are named in one line, and it ends with 1', async () => {
  const { status, stdout, stderr } = await wx(['push', 'text'], { WECHAT_TOKEN: 'x' })
  expect([status, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^SETTINGS_INVALID settings=WECHAT_TOKEN [^\n]+\n$/)
})

test('permits of a deployed table are not looked for under the AppID of the demo', async () => {
  const { status, stderr } = await wx(['permits', 'oSomebody', '--table', 'weapp-push-prod-table'], {
    WECHAT_APP_ID: '',
  })
  expect([status, stderr]).toEqual([2, expect.stringContaining('WECHAT_APP_ID')])
})

test('a deployed table without a region is told in one line', async () => {
  const none = {
    AWS_REGION: undefined,
    AWS_DEFAULT_REGION: undefined,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  }
  const { status, stderr } = await wx(['failed', '--table', 'weapp-push-prod-table'], none)
  expect([status, stderr]).toEqual([2, expect.stringMatching(/^--table needs a region: .*未指定区域[^\n]*\n$/)])
})
