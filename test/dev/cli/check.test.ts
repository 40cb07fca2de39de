import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { startWeChatApi, type WeChatApi } from '../../../dev/simulator/api/wechat-api.ts'
import { APP_ID, aClock } from '../../support/build.ts'

const SECRET = '0123456789abcdef0123456789abcdef'
let api: WeChatApi | undefined

afterEach(async () => {
  await api?.close()
})

/** In a process of its own while the simulated API answers in this one. */
async function check(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['tools/run.mjs', 'dev/cli/main.ts', 'check'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { status: await exited, output, errors }
}

async function apiFor(allowedIps?: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const allowed = allowedIps === undefined ? {} : { allowedIps }
  api = await startWeChatApi({ account: { appId: APP_ID, appSecret: SECRET }, clock: aClock(), ...allowed })
  return { WECHAT_APP_ID: APP_ID, WECHAT_APP_SECRET: SECRET, WECHAT_API_BASE: api.url }
}

describe('wx check', () => {
  test('says that AppID and AppSecret are good, and how WeChat sees the URL', async () => {
    const { status, output } = await check(await apiFor())
    expect(output).toMatch(/^✓ access_token and templates.*\d+ templates/)
    expect(output).toMatch(/\n✓ the URL for pushes.*pings answered/)
    expect(status).toBe(0)
  })

  test('names the address to allow when WeChat refuses ours', async () => {
    const { status, output } = await check(await apiFor(['203.0.113.7']))
    expect(output).toMatch(/^✗ .*errcode=40164 .*127\.0\.0\.1.*IP/)
    expect(output).not.toContain(SECRET)
    expect(status).toBe(1)
  })

  test('says that the secret is wrong and does not show it', async () => {
    const wrong = 'f'.repeat(32)
    const { status, output } = await check({ ...(await apiFor()), WECHAT_APP_SECRET: wrong })
    expect(output).toMatch(/errcode=40125/)
    expect(output).not.toContain(wrong)
    expect(status).toBe(1)
  })

  test('asks for credentials before it asks WeChat with the demo ones', async () => {
    const { status, errors } = await check({})
    expect([status, errors]).toEqual([2, expect.stringContaining('WECHAT_APP_SECRET')])
  })
})
