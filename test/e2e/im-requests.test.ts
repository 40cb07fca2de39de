import { describe, expect, test } from 'vitest'
import { LOCAL_KEY } from '../../dev/emulator/iam-authorizer.ts'
import { oneLetterOff } from '../support/build.ts'
import { talking } from '../support/local-im.ts'
import { someone } from '../support/people.ts'
import { useLocal } from './local.ts'

const { stack, world, taken } = useLocal()
const { ask, look, send, aPerson } = talking(stack)

const shipped = () => stack().wechat.templates()[1]?.priTmplId ?? ''
const data = {
  character_string1: '20260001',
  thing2: '茶叶',
  phrase3: '顺丰',
  character_string4: 'SF1000',
  time5: '2026年1月2日 15:01',
}
const asked = (to: string, rest = {}) => ({ to, template: shipped(), data, ...rest })
const allow = (openid: string, remaining: number) => ask('/_dev/permit', { openid, template: shipped(), remaining })
const left = (openId: string) => stack().wechat.state(openId).permits[shipped()] ?? 0

describe('POST /send', () => {
  test('lets nobody in who does not sign, or not with the key of the account', async () => {
    const openid = someone()
    await allow(openid, 1)
    expect((await ask('/send', asked(openid))).status).toBe(403)
    const wrong = { ...LOCAL_KEY, secret: oneLetterOff(LOCAL_KEY.secret) }
    expect((await send(asked(openid), wrong)).status).toBe(403)
    expect(taken(openid)).toEqual([])
  })

  test('sends what is signed, once under its key', async () => {
    const openid = someone()
    await allow(openid, 2)
    const request = asked(openid, { idempotencyKey: `order-${openid}` })
    const first = await send(request)
    expect(first).toMatchObject({ status: 200, says: { kind: 'sent', msgId: expect.stringMatching(/^\d{19}$/) } })
    const others = await Promise.all([send(request), send(request), send(request)])
    for (const { status, says } of others) expect([status, says]).toEqual([200, first.says])
    expect(taken(openid)).toEqual([Object.values(data).join('  ')])
    await stack().settled()
    expect(left(openid)).toBe(1)
  })

  test('sends one message for 50 that ask at once', async () => {
    const openid = someone()
    await allow(openid, 50)
    const request = asked(openid, { idempotencyKey: `order-${openid}` })
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(request)))
    const kinds = new Set(answers.map(({ says }) => says.kind))
    kinds.delete('in-progress')
    expect([...kinds]).toEqual(['sent'])
    expect(taken(openid)).toHaveLength(1)
  })

  test('answers a list in its order', async () => {
    const [openid, other] = [someone(), someone()]
    await allow(openid, 1)
    const { status, says } = await send([asked(openid), asked(other), { to: other }, asked(openid)])
    expect(status).toBe(200)
    expect(says.map(({ kind }: { kind: string }) => kind)).toEqual(['sent', 'no-permit', 'invalid', 'no-permit'])
  })

  test('refuses a request that is wrong, in two languages, and quotes nothing of it', async () => {
    const { status, says } = await send(asked('u_1', { data: { ...data, character_string1: '机密订单' } }))
    expect([status, says.code]).toEqual([400, 'TEMPLATE_DATA_INVALID'])
    expect(says.message).toMatch(/character_string1.*[一-鿿]/)
    expect(says.message).not.toContain('机密')
  })

  test('takes the word of WeChat over our count', async () => {
    const openid = someone()
    await allow(openid, 3)
    stack().wechat.allow(openid, shipped(), 0)
    expect((await send(asked(openid))).says).toEqual({ kind: 'declined' })
    expect((await send(asked(openid))).says).toEqual({ kind: 'no-permit' })
  })

  test('is what a direct invocation gives, too', async () => {
    const openid = someone()
    await allow(openid, 1)
    expect(await stack().invoke('send', asked(openid))).toMatchObject({ kind: 'sent' })
    expect(await stack().invoke('send', [asked(openid)])).toEqual([{ kind: 'no-permit' }])
  })
})

describe('POST /login', () => {
  test('gives a UserID and a UserSig for a code, and neither openid nor session_key', async () => {
    const openid = someone()
    const { status, said, says } = await ask('/login', { code: stack().wechat.login(openid) })
    expect(status).toBe(200)
    expect(Object.keys(says).toSorted()).toEqual(['expiresAt', 'sdkAppId', 'userId', 'userSig'])
    expect(said).not.toContain(openid)
    await allow(openid, 1)
    expect((await send(asked(says.userId))).says).toMatchObject({ kind: 'sent' })
    expect(taken(openid)).toHaveLength(1)
  })

  test('refuses a code that is none', async () => {
    expect((await ask('/login', { code: 'x'.repeat(32) })).status).toBe(401)
  })
})

describe('the routes for tests', () => {
  test('GET /_dev/templates tells what the account has, the one of notices first', async () => {
    const templates = await look('/_dev/templates')
    for (const template of templates) {
      expect(Object.keys(template).toSorted()).toEqual(['content', 'priTmplId', 'title', 'type'])
    }
    expect(templates[0]?.title).toBe('新消息提醒')
  })

  test('POST /_dev/permit says how often a person has allowed a template, whatever it was before', async () => {
    const openid = someone()
    for (const remaining of [5, 1]) expect((await allow(openid, remaining)).status).toBe(200)
    expect(left(openid)).toBe(1)
    expect((await send(asked(openid))).says.kind).toBe('sent')
    expect((await send(asked(openid))).says.kind).toBe('no-permit')
    await allow(openid, 1)
    expect((await send(asked(openid))).says.kind).toBe('sent')
  })

  test('POST /_dev/identity and /_dev/im/status lead to one message for whoever is offline', async () => {
    const [here, gone] = [someone(), someone()]
    await aPerson('u_here', here)
    await aPerson('u_gone', gone)
    expect((await ask('/_dev/im/status', { userId: 'u_here', status: 'Online' })).status).toBe(200)
    expect((await ask('/_dev/im/status', { userId: 'u_gone', status: 'Online', platform: 'iPhone' })).status).toBe(200)
    expect((await ask('/_dev/im/status', { userId: 'u_gone', status: 'Offline' })).status).toBe(200)
    await stack().advance(1000)
    for (const to of ['u_here', 'u_gone']) await stack().im.sendMessage({ from: 'u_alice', to, text: '在吗' })
    await world().settled()
    await world().later(46_000)
    expect([taken(here), taken(gone)].map(({ length }) => length)).toEqual([0, 1])
    const calls = await look('/_dev/outbox')
    expect(calls.map(({ path }) => path)).toContain('/v4/openim/query_online_status')
  })

  test.each([
    ['/_dev/identity', { userId: 'u_1' }, 'openid is missing'],
    ['/_dev/identity', { userId: '', openid: 'o' }, 'userId is missing'],
    ['/_dev/permit', { openid: 'o', template: 't' }, 'remaining is a whole number'],
    ['/_dev/permit', { openid: 'o', template: 't', remaining: -1 }, 'remaining is a whole number'],
    ['/_dev/permit', { openid: 'o', remaining: 1 }, 'template is missing'],
    ['/_dev/im/status', { userId: 'u_1', status: 'online' }, 'status is one of'],
    ['/_dev/im/status', { userId: 'u_1', status: 'Online', platform: 'Nokia' }, 'platform is one of'],
    ['/_dev/im/status', { userId: 'u_1', status: 'PushOnline', platform: 'Web' }, 'PushOnline'],
  ])('%s refuses %j', async (path, body, reason) => {
    expect(await ask(path, body)).toMatchObject({ status: 400, says: { message: expect.stringContaining(reason) } })
  })
})
