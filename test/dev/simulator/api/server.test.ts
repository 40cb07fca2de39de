import { describe, expect, test } from 'vitest'
import { APP_ID, OPEN_ID } from '../../../support/build.ts'
import { askToken, aWorld, observed, SECRET } from './world.ts'

const SEND = '/cgi-bin/message/custom/send'
const TEXT = { touser: OPEN_ID, msgtype: 'text', text: { content: '你好' } }

describe('a call', () => {
  test('of an unknown path is answered by nginx', async () => {
    const { status, type, text } = await (await aWorld()).get('/cgi-bin/nothing')
    expect({ status, type }).toEqual({ status: 404, type: 'text/html' })
    expect(text).toContain('nginx')
  })

  test.each([
    ['GET where POST is wanted', SEND, undefined, 43002],
    ['POST where GET is wanted', '/cgi-bin/media/get', {}, 43001],
    ['an empty body', SEND, '', 44002],
    ['a body that is no JSON', SEND, '{"touser":', 47001],
    ['JSON that is no object', SEND, '[]', 47001],
  ])('is refused with %s', async (_, path, body, errcode) => {
    const { status, type, says } = await (await aWorld()).call(path, body)
    expect({ status, type }).toEqual({ status: 200, type: 'text/plain' })
    expect(says.errcode).toBe(errcode)
  })

  test('is refused when its body is not UTF-8', async () => {
    const world = await aWorld()
    const body = Buffer.from(JSON.stringify(TEXT)).map((byte) => (byte === 0xe4 ? 0xff : byte))
    const response = await fetch(`${world.api.url}${SEND}?access_token=${await world.token()}`, {
      method: 'POST',
      body,
    })
    expect(await response.json()).toMatchObject({ errcode: 47001 })
  })
})

describe('the outbox', () => {
  test('holds every call, oldest first, without tokens, secrets and codes', async () => {
    const world = await aWorld()
    const code = world.api.login(OPEN_ID)
    const token = await world.token()
    world.advance(5)
    observed(world.api, 'text')
    await world.post(SEND, TEXT, { access_token: token })
    const query = { appid: APP_ID, secret: SECRET, js_code: code, grant_type: 'authorization_code' }
    const { says } = await world.get('/sns/jscode2session', query)
    await world.get('/cgi-bin/nothing', { a: '1' })
    expect(world.api.outbox()).toEqual([
      {
        at: '2025-10-09T08:53:20.000Z',
        path: '/cgi-bin/stable_token',
        body: { grant_type: 'client_credential', appid: APP_ID, secret: '***' },
        answer: { access_token: '***', expires_in: 7200 },
      },
      { at: '2025-10-09T08:53:25.000Z', path: SEND, body: TEXT, answer: { errcode: 0, errmsg: 'ok' } },
      expect.objectContaining({
        body: { appid: APP_ID, secret: '***', js_code: '***', grant_type: 'authorization_code' },
        answer: { openid: OPEN_ID, session_key: '***' },
      }),
      expect.objectContaining({ path: '/cgi-bin/nothing', body: { a: '1' }, answer: { html: '404 Not Found' } }),
    ])
    const shown = JSON.stringify(world.api.outbox())
    for (const hidden of [token, SECRET, code, String(says.session_key)]) expect(shown).not.toContain(hidden)
  })
})

describe('a failure', () => {
  test('with an errcode has no effect and ends after its times', async () => {
    const world = await aWorld()
    observed(world.api, 'text')
    world.api.fail({ path: SEND, times: 2, errcode: -1 })
    const errcodes = []
    for (let time = 0; time < 3; time++) errcodes.push((await world.call(SEND, TEXT)).says.errcode)
    expect(errcodes).toEqual([-1, -1, 0])
    expect(world.api.delivered(OPEN_ID)).toHaveLength(1)
    expect(world.api.outbox().filter(({ path }) => path === SEND)).toHaveLength(3)
  })

  test('with a status is a page of HTML, for any path where it says so', async () => {
    const world = await aWorld()
    world.api.fail({ path: '*', times: 1, status: 502 })
    expect(await askToken(world)).toMatchObject({ status: 502, type: 'text/html', says: {} })
    expect((await askToken(world)).status).toBe(200)
  })

  test('that hangs has no effect and no answer', async () => {
    const world = await aWorld()
    observed(world.api, 'text')
    const token = await world.token()
    world.api.fail({ path: SEND, times: 1, hang: true })
    const caller = new AbortController()
    const answer = fetch(`${world.api.url}${SEND}?access_token=${token}`, {
      method: 'POST',
      body: JSON.stringify(TEXT),
      signal: caller.signal,
    })
    await expect.poll(() => world.api.outbox().length).toBe(2)
    caller.abort()
    await expect(answer).rejects.toThrow(/abort/i)
    expect(world.api.outbox().at(-1)).toMatchObject({ path: SEND, body: TEXT, answer: null })
    expect(world.api.delivered(OPEN_ID)).toEqual([])
  })

  test('that delays has its effect before the answer, which never comes when all is closed', async () => {
    const world = await aWorld()
    observed(world.api, 'text')
    const token = await world.token()
    world.api.fail({ path: SEND, times: 1, delayMs: 600_000 })
    const answer = world.post(SEND, TEXT, { access_token: token })
    const rejected = expect(answer).rejects.toThrow('fetch failed')
    await expect.poll(() => world.api.delivered(OPEN_ID).length).toBe(1)
    expect(world.api.outbox().at(-1)).toMatchObject({ answer: null })
    await world.api.close()
    await rejected
  })

  test('may be late and refuse', async () => {
    const world = await aWorld()
    world.api.fail({ path: SEND, times: 1, errcode: 45009, delayMs: 1 })
    expect((await world.call(SEND, TEXT)).says).toMatchObject({
      errcode: 45009,
      errmsg: expect.stringMatching(/quota/),
    })
  })

  test('is taken back', async () => {
    const world = await aWorld()
    world.api.fail({ path: '*', times: 5, status: 500 })
    world.api.clearFailures()
    expect((await askToken(world)).status).toBe(200)
  })
})

describe('close', () => {
  test('ends connections that hang', async () => {
    const world = await aWorld()
    world.api.fail({ path: '*', times: 1, hang: true })
    const rejected = expect(askToken(world)).rejects.toThrow('fetch failed')
    await expect.poll(() => world.api.outbox().length).toBe(1)
    await world.api.close()
    await rejected
  })
})
