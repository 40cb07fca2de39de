import { afterEach, describe, expect, it } from 'vitest'
import { Secret } from '../../../shared/kernel/secret.ts'
import { codeToSession } from '../../../shared/wechat/session.ts'
import { APP_ID, aClock, OPEN_ID } from '../../support/build.ts'
import { aLog } from '../../support/lines.ts'
import { aWeixinStub } from '../../support/weixin-stub.ts'

const APP_SECRET = '0123456789abcdef0123456789abcdef'
const KEY = 'tiihtNczf5v6AKRyjwEUhQ=='

const started: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of started.splice(0)) await close()
})

async function asked(body: object) {
  const weixin = await aWeixinStub(() => ({ body, headers: { 'content-type': 'text/plain' } }))
  started.push(weixin.close)
  const { log, lines } = aLog()
  const session = codeToSession({ fetch, base: weixin.url, clock: aClock(), log }, APP_ID, new Secret(APP_SECRET))
  return { weixin, session, lines }
}

describe('codeToSession', () => {
  it('asks with the secret and without a token, and takes an answer without errcode for success', async () => {
    const { weixin, session } = await asked({ openid: OPEN_ID, session_key: KEY, unionid: 'U1' })
    expect(await session('0a1b')).toEqual({ openId: OPEN_ID, unionId: 'U1' })
    expect(weixin.calls.map(({ name }) => name)).toEqual(['GET /sns/jscode2session'])
    expect(Object.fromEntries(weixin.calls[0]?.query ?? [])).toEqual({
      appid: APP_ID,
      secret: APP_SECRET,
      js_code: '0a1b',
      grant_type: 'authorization_code',
    })
  })

  it('does without a unionid, and keeps nothing of the session_key', async () => {
    const { session, lines } = await asked({ openid: OPEN_ID, session_key: KEY })
    expect(await session('0a1b')).toEqual({ openId: OPEN_ID })
    expect(lines.join()).not.toContain(KEY)
  })

  it.each([
    ['openid', { session_key: KEY }],
    ['session_key', { openid: OPEN_ID }],
    ['openid', { openid: '', session_key: KEY }],
  ])('takes an answer without %s for somebody else’s', async (missing, body) => {
    const { session } = await asked(body)
    const fault = `WECHAT_UNREADABLE call=GET /sns/jscode2session missing=${missing}`
    await expect(session('0a1b')).rejects.toThrow(fault)
  })

  it('is refused with the errcode', async () => {
    const { session } = await asked({ errcode: 40029, errmsg: 'invalid code' })
    await expect(session('0a1b')).rejects.toThrow(/^WECHAT_REFUSED .*errcode=40029 meaning=code-invalid/)
  })
})
