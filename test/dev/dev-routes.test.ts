import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Local, startLocal } from '../../dev/local.ts'
import { localSettings } from '../../dev/settings.ts'
import { worldOf } from '../../dev/world.ts'
import { someone } from '../support/people.ts'

let stack: Local

beforeAll(async () => {
  stack = await startLocal({ port: 0, env: localSettings() })
})
afterAll(() => stack.close())

async function ask(path: string, body?: unknown) {
  const init =
    body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }
  const response = await fetch(`${stack.url}${path}`, init)
  return { status: response.status, says: JSON.parse(await response.text()) }
}

const pushText = async (openId: string, say: string) => {
  const world = worldOf(stack, localSettings())
  await world.push(world.write('text', 'json', { openId, say }))
  await world.settled()
}

describe('GET /_dev/outbox', () => {
  test('shows every call with its answer, and no token or secret', async () => {
    const openId = someone()
    await pushText(openId, '订单')
    const { says } = await ask('/_dev/outbox')
    const content = '请发送订单号，例如：订单 20260001'
    expect(says.at(-1)).toMatchObject({
      path: '/cgi-bin/message/custom/send',
      body: { touser: openId, msgtype: 'text', text: { content } },
      answer: { errcode: 0 },
    })
    const asked = says.find(({ path }: { path: string }) => path === '/cgi-bin/stable_token')
    expect([asked.body.secret, asked.answer.access_token]).toEqual(['***', '***'])
  })
})

describe('GET /_dev/state', () => {
  test("shows a person's items with plain members, and nobody else's", async () => {
    const openId = someone()
    await pushText(openId, '你好')
    const { says } = await ask(`/_dev/state?openid=${openId}`)
    expect(says.map(({ kind, sk }: Record<string, string>) => kind ?? sk).sort()).toEqual(['push', 'window'])
    const push = says.find(({ kind }: Record<string, string>) => kind === 'push')
    expect(push).toMatchObject({ state: 'done', attempts: 1, sealed: true, message: 'text' })
    expect((await ask(`/_dev/state?openid=${someone()}`)).says).toEqual([])
  })

  test('needs to know whose', async () => {
    const { status, says } = await ask('/_dev/state')
    expect([status, says.message]).toEqual([400, expect.stringContaining('openid is missing')])
  })
})

describe('POST /_dev/fail', () => {
  test('makes as many calls fail as it says', async () => {
    const openId = someone()
    await ask('/_dev/fail', { path: '/cgi-bin/message/custom/send', times: 1, errcode: -1 })
    await pushText(openId, '官网')
    const { says } = await ask('/_dev/outbox')
    expect(says.at(-1).answer).toMatchObject({ errcode: -1 })
    await ask('/_dev/clock', { advanceMs: 60_000 })
    await stack.settled()
    expect((await ask('/_dev/outbox')).says.at(-1).answer).toMatchObject({ errcode: 0 })
  })

  test.each([
    [{ times: 1, errcode: 1 }, 'path is missing: '],
    [{ path: '/a', times: 1 }, 'a failure needs errcode, status, hang or delayMs'],
    [{ path: '/a', times: 1, errcode: 1, sleepMs: 1 }, 'a failure has no sleepMs; '],
    [[], 'the body is not a JSON object'],
    ['{"path":', 'the body is not a JSON object'],
  ])('refuses %j with 400 and says why', async (body, reason) => {
    const { status, says } = await ask('/_dev/fail', body)
    expect([status, says.message]).toEqual([400, expect.stringContaining(`REQUEST_INVALID ${reason}`)])
  })
})

describe('POST /_dev/identity', () => {
  test('does not give a UserID to a second person, and says so', async () => {
    const openid = someone()
    expect(await ask('/_dev/identity', { userId: 'bob', openid })).toEqual({ status: 200, says: { ok: true } })
    expect((await ask('/_dev/identity', { userId: 'bob', openid })).status).toBe(200)
    const { status, says } = await ask('/_dev/identity', { userId: 'bob', openid: someone() })
    expect([status, says.message]).toEqual([
      400,
      expect.stringMatching(/^REQUEST_INVALID USER_ID_TAKEN .*已属于其他用户/),
    ])
  })
})

describe('/_dev/clock', () => {
  test('tells the time and moves it for functions and WeChat alike', async () => {
    const before = Date.parse((await ask('/_dev/clock')).says.now)
    const { now } = (await ask('/_dev/clock', { advanceMs: 3_600_000 })).says
    expect(Date.parse(now) - before).toBeGreaterThanOrEqual(3_600_000)
    await pushText(someone(), '你好')
    const [record] = (await ask('/_dev/pushes')).says.slice(-1)
    expect(Date.parse(record.receivedAt)).toBeGreaterThanOrEqual(Date.parse(now))
    expect(Date.parse((await ask('/_dev/outbox')).says.at(-1).at)).toBeGreaterThanOrEqual(Date.parse(now))
  })

  test.each([{}, { advanceMs: '60000' }, { advanceMs: -1 }, { advanceMs: 1.5 }])('refuses %j', async (body) => {
    const { status, says } = await ask('/_dev/clock', body)
    const reason = 'advanceMs is a whole number of milliseconds, forwards'
    expect([status, says.message]).toEqual([400, expect.stringContaining(reason)])
  })
})
