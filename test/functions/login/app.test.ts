import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { hmacSha256 } from '../../../shared/kernel/bytes.ts'
import { FAULTS, Fault } from '../../../shared/kernel/fault.ts'
import type { OpenId, UserId } from '../../../shared/kernel/ids.ts'
import { seconds } from '../../../shared/kernel/time.ts'
import { type Attempts, LOGINS_A_MINUTE } from '../../../shared/store/attempts.ts'
import type { Identities } from '../../../shared/store/identity.ts'
import { memoryIdentities } from '../../../shared/store/memory-identity.ts'
import { refusal } from '../../../shared/wechat/errcode.ts'
import type { CodeToSession } from '../../../shared/wechat/session.ts'
import { aClock, NOW, OPEN_ID } from '../../support/build.ts'
import { anIdentity } from '../../support/identity-contract.ts'
import { ADDRESS, aLogin, SDK_APP_ID, SECRET_KEY } from '../../support/login.ts'

const CODE = '0a1bCodeOfLogin'
const WEEK = 7 * 24 * 3600
const ME: CodeToSession = async () => ({ openId: OPEN_ID as OpenId })
const AS_JSON = { contentType: 'application/json; charset=utf-8', headers: { 'cache-control': 'no-store' } }
const TRY_AGAIN = expect.stringMatching(/^The login failed on our side: .*登录暂时失败/)

/** WeChat, with how often it was asked. */
function aWeChat(answer: CodeToSession = ME) {
  const codes: string[] = []
  const session: CodeToSession = async (code) => {
    codes.push(code)
    return await answer(code)
  }
  return { codes, session }
}

const refusing = (errcode: number) =>
  aWeChat(() => Promise.reject(refusal('GET /sns/jscode2session', errcode, `invalid ip 203.0.113.9 ${OPEN_ID}`)))

describe('POST /login', () => {
  it('answers with UserID, UserSig and SDKAppID, which nothing on the way may keep', async () => {
    const { send } = aLogin({ session: ME })
    const { body, ...rest } = await send({ body: JSON.stringify({ code: CODE }) })
    expect(rest).toEqual({ status: 200, ...AS_JSON })
    expect(JSON.parse(body)).toEqual({
      userId: expect.stringMatching(/^u[a-z0-9]{25}$/),
      userSig: expect.stringMatching(/^[\w*-]{100,}$/),
      sdkAppId: 1_400_000_001,
      expiresAt: NOW + WEEK,
    })
  })

  it('signs for exactly this UserID and for as long as it says', async () => {
    const { says } = await aLogin({ session: ME }).login(CODE)
    const { userId, userSig, expiresAt } = says
    const packed = String(userSig).replaceAll('*', '+').replaceAll('-', '/').replaceAll('_', '=')
    const claim = JSON.parse(inflateSync(Buffer.from(packed, 'base64')).toString())
    expect(claim).toMatchObject({ 'TLS.identifier': userId, 'TLS.sdkappid': Number(SDK_APP_ID), 'TLS.ver': '2.0' })
    expect(claim['TLS.time'] + claim['TLS.expire']).toBe(expiresAt)
    const text = `TLS.identifier:${userId}\nTLS.sdkappid:${SDK_APP_ID}\nTLS.time:${NOW}\nTLS.expire:${WEEK}\n`
    expect(claim['TLS.sig']).toBe(hmacSha256(SECRET_KEY.reveal(), text).toString('base64'))
  })

  it('joins both identities, and the next login finds them', async () => {
    const identities = memoryIdentities()
    const session: CodeToSession = async () => ({ openId: OPEN_ID as OpenId, unionId: 'oUNION' })
    const { login, logged, clock } = aLogin({ session, identities })
    const first = await login('code-1')
    clock.advance(seconds(60))
    const second = await login('code-2')
    const { userId } = first.says
    expect(second.says.userId).toBe(userId)
    expect(second.says.expiresAt).toBe(NOW + 60 + WEEK)
    const identity = { userId, openId: OPEN_ID, unionId: 'oUNION', since: NOW * 1000 }
    expect(await identities.ofUser(userId as UserId)).toEqual(identity)
    expect(await identities.ofPerson(OPEN_ID as OpenId)).toEqual(identity)
    expect(logged()).toMatchObject([
      { level: 'info', event: 'login.done', outcome: 'new' },
      { level: 'info', event: 'login.done', outcome: 'known' },
    ])
  })

  it('keeps the UserID of who was imported', async () => {
    const identities = memoryIdentities()
    const userId = 'shop_customer_27' as UserId
    await identities.join(anIdentity({ openId: OPEN_ID as OpenId, userId }))
    const { login, clock } = aLogin({ session: ME, identities })
    clock.advance(seconds(1))
    expect((await login(CODE)).says).toMatchObject({ userId })
  })

  it('says nothing of openid, code and address, in the answer or in the log', async () => {
    for (const wechat of [aWeChat(), refusing(40029), refusing(40125)]) {
      const { login, lines } = aLogin(wechat)
      const said = [await login(CODE), await login(CODE)].map((answer) => JSON.stringify(answer))
      for (const text of [...said, ...lines]) {
        for (const word of [OPEN_ID, CODE, ADDRESS]) expect(text).not.toContain(word)
      }
    }
  })
})

describe('a request without the form of a login', () => {
  const SUCH = expect.stringMatching(/^Send POST with .*请用 POST/)
  const form = (code: unknown) => JSON.stringify({ code })
  const bodies: Readonly<Record<string, string | Uint8Array>> = {
    empty: '',
    'not JSON': 'code=0a1b',
    'a list': '["0a1b"]',
    null: 'null',
    'a text': '"0a1b"',
    'without a code': '{}',
    'of another name': '{"Code":"0a1b"}',
    'of a prototype': '{"__proto__":{"code":"0a1b"}}',
    'not UTF-8': Buffer.concat([Buffer.from('{"code":"0a1b'), Buffer.from([0xff]), Buffer.from('"}')]),
    'with a number': form(12),
    'with a list of codes': form(['0a1b']),
    'with an empty code': form(''),
    'with a code of 129 letters': form('a'.repeat(129)),
    'with a code with a line break': form('0a1b\n'),
    'with a code with a blank': form('0a 1b'),
    'with a code that ends in a member of its own': form('0a1b&appid=wx1'),
    'with a code in Chinese': form('登录'),
  }
  it.each(Object.entries(bodies))('is refused before anybody is asked: %s', async (_, body) => {
    const wechat = aWeChat()
    const { send, logged } = aLogin({ ...wechat, attempts: UNTOUCHED })
    const answer = await send({ body })
    expect(answer).toMatchObject({ status: 400, ...AS_JSON })
    expect(JSON.parse(answer.body)).toEqual({ code: 'REQUEST_INVALID', message: SUCH })
    expect(logged()).toMatchObject([{ level: 'warn', event: 'login.refused', reason: 'REQUEST_INVALID' }])
    expect(wechat.codes).toEqual([])
  })

  it.each(['GET', 'PUT', 'OPTIONS', ''])('is refused as %s', async (method) => {
    const answer = await aLogin({ session: ME, attempts: UNTOUCHED }).send({ method, body: form('0a1b') })
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([400, 'REQUEST_INVALID'])
  })

  it('is refused with more than 4 KiB, and not with exactly that', async () => {
    const padded = (bytes: number) => form(CODE).padEnd(bytes, ' ')
    const tooLarge = await aLogin({ session: ME, attempts: UNTOUCHED }).send({ body: padded(4097) })
    expect([tooLarge.status, JSON.parse(tooLarge.body)]).toEqual([413, { code: 'BODY_TOO_LARGE', message: SUCH }])
    expect((await aLogin({ session: ME }).send({ body: padded(4096) })).status).toBe(200)
  })
})

/** Whoever asks it fails. */
const UNTOUCHED: Attempts = {
  count: () => Promise.reject(new Error('counted')),
  take: () => Promise.reject(new Error('taken')),
}

describe('limits', () => {
  it('refuse an address that is over its share, and leave its code good and WeChat alone', async () => {
    const wechat = aWeChat()
    const { login, logged, clock } = aLogin(wechat)
    for (let n = 0; n < LOGINS_A_MINUTE; n += 1) expect((await login(`code-${n}`)).status).toBe(200)
    const { status, says } = await login(CODE)
    expect([status, says.code]).toEqual([429, 'LOGIN_TOO_OFTEN'])
    expect(logged().at(-1)).toMatchObject({ event: 'login.refused', reason: 'LOGIN_TOO_OFTEN', because: 'address' })
    expect(wechat.codes).toHaveLength(LOGINS_A_MINUTE)
    expect((await login(CODE, '203.0.113.8')).status).toBe(200)
    clock.advance(seconds(60))
    expect((await login('another')).status).toBe(200)
  })

  it('let a code come once, whether it succeeded, failed or is under way', async () => {
    let answer: CodeToSession = ME
    const wechat = aWeChat((code) => answer(code))
    const { login, logged } = aLogin(wechat)
    expect((await login('good')).status).toBe(200)
    answer = () => Promise.reject(new Fault('WECHAT_UNREACHABLE', { because: 'timeout' }))
    expect((await login('unlucky')).status).toBe(500)
    answer = ME
    for (const code of ['good', 'unlucky']) {
      expect(await login(code)).toMatchObject({ status: 401, says: { code: 'LOGIN_REFUSED' } })
      expect(logged().at(-1)).toMatchObject({ event: 'login.refused', because: 'code-tried' })
    }
    const together = await Promise.all(Array.from({ length: 50 }, () => login('at-once')))
    expect(together.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(wechat.codes).toEqual(['good', 'unlucky', 'at-once'])
  })

  it('count a request whose address nobody knows as well', async () => {
    const counted: string[] = []
    const attempts: Attempts = { take: async () => true, count: async (address) => counted.push(address) > 1 }
    const { login } = aLogin({ session: ME, attempts })
    expect((await login(CODE, '')).status).toBe(429)
    expect((await login(CODE, '')).status).toBe(200)
    expect(counted).toEqual(['', ''])
  })

  it('let nobody in while the table is down', async () => {
    const down = () => Promise.reject(new Fault('TABLE_UNAVAILABLE', { because: 'TimeoutError' }))
    const identities: Identities = { ofUser: down, ofKey: down, ofPerson: down, join: down }
    const some: readonly Partial<Parameters<typeof aLogin>[0]>[] = [
      { attempts: { count: down, take: async () => true } },
      { attempts: { count: async () => true, take: down } },
      { identities },
    ]
    for (const changes of some) {
      const { login, logged } = aLogin({ session: ME, ...changes })
      const says = { code: 'TABLE_UNAVAILABLE', message: TRY_AGAIN }
      expect(await login(CODE)).toEqual({ status: 500, says })
      expect(logged()).toMatchObject([
        { level: 'error', event: 'login.failed', reason: 'TABLE_UNAVAILABLE', hint: FAULTS.TABLE_UNAVAILABLE.hint },
      ])
    }
  })
})

describe('what WeChat says', () => {
  it.each([
    [40029, 401, 'LOGIN_REFUSED', 'code-invalid'],
    [40163, 401, 'LOGIN_REFUSED', 'code-used'],
    [40226, 401, 'LOGIN_REFUSED', 'user-blocked'],
    [45011, 429, 'LOGIN_TOO_OFTEN', 'minute-quota'],
  ] as const)('against the caller, %i, is told as %i %s', async (errcode, status, code, because) => {
    const { login, logged } = aLogin(refusing(errcode))
    const { hint, zh } = FAULTS[code]
    expect(await login(CODE)).toEqual({ status, says: { code, message: `${hint} ${zh}` } })
    const { level, event, reason, ...facts } = logged()[0] ?? {}
    expect([level, event, reason]).toEqual(['warn', 'login.refused', code])
    expect(facts).toMatchObject({ because, errcode })
  })

  it.each([-1, 40013, 40125, 40164, 40243, 41002, 41008, 45009, 50007, 99999])(
    'against us, %i, is a failure with its hint in the log and nowhere else',
    async (errcode) => {
      const { login, logged } = aLogin(refusing(errcode))
      expect(await login(CODE)).toEqual({ status: 500, says: { code: 'WECHAT_REFUSED', message: TRY_AGAIN } })
      const { hint, zh } = refusal('', errcode, 'invalid ip 203.0.113.9')
      expect(logged()).toMatchObject([{ level: 'error', event: 'login.failed', errcode, hint, zh }])
    },
  )

  it.each(['WECHAT_UNREACHABLE', 'WECHAT_UNREADABLE'] as const)('or does not say, %s, is a failure', async (code) => {
    const { login, logged } = aLogin(aWeChat(() => Promise.reject(new Fault(code))))
    expect(await login(CODE)).toEqual({ status: 500, says: { code, message: TRY_AGAIN } })
    expect(logged()).toMatchObject([{ level: 'error', event: 'login.failed', reason: code }])
  })
})

it('fails when the derived UserID is somebody else’s', async () => {
  const identities = memoryIdentities()
  const clock = aClock()
  const userId = 'taken' as UserId
  await identities.join(anIdentity({ userId }))
  const { login, logged } = aLogin({ session: ME, identities, deriveUserId: () => userId }, clock)
  expect(await login(CODE)).toMatchObject({ status: 500, says: { code: 'USER_ID_TAKEN', message: TRY_AGAIN } })
  expect(logged()).toMatchObject([{ level: 'error', event: 'login.failed', reason: 'USER_ID_TAKEN' }])
})

it('lets a bug through: Lambda answers 500 and the alarm hears of it', async () => {
  const { login } = aLogin(aWeChat(() => Promise.reject(new TypeError('a bug'))))
  await expect(login(CODE)).rejects.toThrow('a bug')
})
