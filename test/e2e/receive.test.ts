import { once } from 'node:events'
import { statSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { PushRecord } from '../../dev/pushes.ts'
import { SAMPLE_NAMES } from '../../dev/simulator/writer.ts'
import { startProcess, useStack, wx } from './process.ts'

const { folder, env, stack } = useStack()

const pushes = async (): Promise<readonly PushRecord[]> => {
  const response = await fetch(`${stack().url}/_dev/pushes`)
  return (await response.json()) as readonly PushRecord[]
}

async function aFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

describe('npm start --no-demo', () => {
  test('says on a line of its own where it serves', () => {
    expect(stack().output()).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+$/m)
  })

  test('says where to see what was accepted and what was sent', () => {
    expect(stack().output()).toContain(`${stack().url}/_dev/pushes`)
    expect(stack().output()).toContain(`${stack().url}/_dev/outbox`)
  })

  test('tells wx and serverless where it is, and nobody else', () => {
    expect(statSync(env.WX_STACK_FILE).mode & 0o077).toBe(0)
  })

  test('answers an unknown route as HTTP API does', async () => {
    const response = await fetch(`${stack().url}/nowhere`)
    expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }])
  })
})

describe('wx verify', () => {
  test('sees the echo and ends with 0', () => {
    expect(wx(['verify'], env)).toMatchObject({ status: 0, stderr: '' })
  })

  test('is refused under another Token and ends with 1', () => {
    const { status, stdout } = wx(['verify'], { ...env, WECHAT_TOKEN: 'AnotherToken' })
    expect([status, stdout]).toEqual([1, expect.stringContaining('401')])
  })

  test('says what to do when nothing serves', async () => {
    const { status, stdout } = wx(['verify', '--url', `http://127.0.0.1:${await aFreePort()}/push`], env)
    expect([status, stdout]).toEqual([1, expect.stringContaining('npm start')])
  })
})

describe('wx push', () => {
  test.each([
    ['safe', 'json'],
    ['safe', 'xml'],
    ['compatible', 'json'],
    ['compatible', 'xml'],
  ])('in %s mode as %s is accepted and kept whole', async (mode, format) => {
    const { status } = wx(['push', 'text_tricky', '--mode', mode, '--format', format], env)
    expect(status).toBe(0)
    const record = (await pushes()).at(-1)
    expect(record).toMatchObject({ kind: 'text', format, sealed: true, deliveries: 1 })
    expect(record?.fields.Content).toBe('  00123 ]]> 👨‍👩‍👧 <b>&amp;</b> "引号" \\u4f60\r\n第二行\t ')
    expect(record?.fields.MsgId).toMatch(/^\d{17,}$/)
  })

  test('in clear is refused in safe mode with a reason in the log alone', async () => {
    const before = (await pushes()).length
    const { status, stdout } = wx(['push', 'text', '--mode', 'plaintext', '--json'], env)
    const [one] = JSON.parse(stdout).tries
    expect([status, one.status, one.body]).toEqual([1, 401, ''])
    expect(await pushes()).toHaveLength(before)
    await expect.poll(() => stack().output()).toContain('PUSH_UNSEALED')
  })

  test('with --retry gives three equal answers and one item', async () => {
    const { status, stdout } = wx(['push', 'text', '--retry', '--json'], env)
    const { tries } = JSON.parse(stdout)
    expect(status).toBe(0)
    expect(tries.map((one: { body: string }) => one.body)).toEqual(['success', 'success', 'success'])
    expect((await pushes()).at(-1)?.deliveries).toBe(3)
  })

  test('under an unknown kind is not understood and ends with 2', () => {
    expect(wx(['push', 'nothing'], env)).toMatchObject({ status: 2, stderr: expect.stringContaining('--help') })
  })

  test('--help lists every kind', () => {
    const { stdout } = wx(['push', '--help'], env)
    expect(SAMPLE_NAMES.filter((name) => !stdout.includes(`  ${name} `))).toEqual([])
  })
})

describe('wx decode', () => {
  const event = (...args: readonly string[]) => JSON.parse(wx(['event', ...args], env).stdout)
  const file = (body: string | Buffer): string => {
    const path = join(folder, 'body')
    writeFileSync(path, body)
    return path
  }

  test('says what a captured push is', () => {
    const { rawQueryString, body } = event('image', '--format', 'xml')
    const { status, stdout } = wx(['decode', '--query', rawQueryString, '--body-file', file(body), '--json'], env)
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, kind: 'image', format: 'xml', sealed: true })
  })

  test.each([
    ['a wrong Token', { WECHAT_TOKEN: 'AnotherToken' }, 'SIGNATURE_MISMATCH'],
    ['a wrong key', { WECHAT_ENCODING_AES_KEY: 'x'.repeat(43) }, 'ENVELOPE_REJECTED'],
    ['another AppID', { WECHAT_APP_ID: 'wxffffffffffffffff' }, 'ENVELOPE_REJECTED'],
    ['a newline on the key', { WECHAT_ENCODING_AES_KEY: `${'x'.repeat(43)}\n` }, 'SETTINGS_INVALID'],
    ['the wrong mode', { WECHAT_PUSH_MODE: 'plaintext' }, 'PUSH_SEALED'],
  ])('recognises %s', (_, settings, reason) => {
    const { rawQueryString, body } = event('text')
    const args = ['decode', '--query', `?${rawQueryString}`, '--body-file', file(body)]
    const json = wx([...args, '--json'], { ...env, ...settings })
    expect([json.status, JSON.parse(json.stdout).reason]).toEqual([1, reason])
    expect(wx(args, { ...env, ...settings }).stdout).toMatch(/^✗/m)
  })
})

describe('another API of WeChat', () => {
  test('is named, and no story is told to it', async () => {
    const settings = { WECHAT_API_BASE: 'http://127.0.0.1:9', WX_STACK_FILE: join(folder, 'elsewhere.json') }
    const other = await startProcess([], settings)
    expect(await other.stop()).toBe(0)
    expect(other.output()).toMatch(/已发送 +http:\/\/127\.0\.0\.1:9\n/)
    expect(other.output()).not.toContain('says hello')
  })
})

describe('Ctrl-C', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s stops everything', async (signal) => {
    const other = await startProcess(['--no-demo'], { WX_STACK_FILE: join(folder, 'other.json') })
    expect(await other.stop(signal)).toBe(0)
    await expect(fetch(other.url)).rejects.toThrow()
  })
})

describe('a taken port', () => {
  test('is reported with what to do', async () => {
    const port = new URL(stack().url).port
    const other = startProcess(['--no-demo', '--port', port], { WX_STACK_FILE: join(folder, 'taken.json') })
    await expect(other).rejects.toThrow(/PORT_TAKEN.*--port/s)
  })
})

describe('missing settings', () => {
  test('are named in one message, and nothing starts', async () => {
    const settings = { WECHAT_TOKEN: 'x', WECHAT_ENCODING_AES_KEY: 'short', WECHAT_PUSH_MODE: 'loud' }
    const other = startProcess(['--no-demo'], { ...settings, WX_STACK_FILE: join(folder, 'none.json') })
    await expect(other).rejects.toThrow(/WECHAT_TOKEN.*WECHAT_ENCODING_AES_KEY.*WECHAT_PUSH_MODE/s)
  })
})
