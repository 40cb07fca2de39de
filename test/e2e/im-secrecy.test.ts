import { describe, expect, test } from 'vitest'
import { logLine } from '../../dev/log-line.ts'
import { changeSignatures } from '../../dev/scenario/scenes.ts'
import type { UserId } from '../../shared/kernel/ids.ts'
import { minutes } from '../../shared/kernel/time.ts'
import { imKey, personKey } from '../../shared/store/key.ts'
import { IM_FIXTURES } from '../support/im.ts'
import { signedNow, talking } from '../support/local-im.ts'
import { someone } from '../support/people.ts'
import { useLocal } from './local.ts'

const { stack, world, happens, taken, settings, lines } = useLocal({
  env: { LOG_LEVEL: 'debug' },
  functionEnv: { METRICS_NAMESPACE: 'weapp-push-test' },
})
const { ask, callback, send, aPerson } = talking(stack)

const STATUS = '/v4/openim/query_online_status'
const MESSAGE = '/cgi-bin/message/subscribe/send'
/** What must have been logged, or the story was too short. */
const EVENTS = [
  ...['im.accepted', 'im.refused', 'login.done', 'login.refused', 'send.done', 'send.refused'],
  ...['notice.sent', 'notice.ended', 'notice.waiting', 'notice.retried', 'notice.failed'],
  ...['im-api.called', 'im-api.refused', 'im-api.unreachable', 'wechat.called', 'wechat.refused'],
]
const WORDS = ['我住在灵隐路 1 号', '密码是 8731', '周五见', '明天再说']

const people: string[] = []
const secrets: string[] = []
let names = 0

async function joined(remaining = 5): Promise<{ userId: string; openid: string }> {
  names += 1
  const [userId, openid] = [`geheim_${names}_${Math.floor(stack().clock())}`, someone()]
  people.push(userId, openid)
  await aPerson(userId, openid, remaining)
  return { userId, openid }
}

async function writtenTo(to: string): Promise<void> {
  for (const text of WORDS) await stack().im.sendMessage({ from: 'geheim_alice', to, text })
  await world().settled()
}

/** By the code of `wx.login`; what comes back is a secret, too. */
async function loggedIn(): Promise<void> {
  const openid = someone()
  const code = stack().wechat.login(openid)
  const { says } = await ask('/login', { code })
  const unknown = `061${'x'.repeat(20)}secret`
  await ask('/login', { code: unknown })
  people.push(openid, says.userId)
  secrets.push(code, unknown, says.userSig)
}

async function everythingFails(): Promise<void> {
  const failures = [
    ...[60003, 70001, 70107, 60008, 91000].map((errcode) => ({ path: STATUS, times: 1, errcode })),
    { path: STATUS, times: 3, status: 502 },
    ...[43101, 43107, 43108, 47003, 40003, 40037, 45009, -1].map((errcode) => ({ path: MESSAGE, times: 1, errcode })),
    { path: MESSAGE, times: 1, status: 502 },
  ]
  for (const failure of failures) {
    const { path } = failure
    if (path === STATUS) stack().im.fail(failure)
    else world().fail(failure)
    await writtenTo((await joined()).userId)
    await world().later(minutes(2))
    stack().im.clearFailures()
  }
}

async function forged(): Promise<void> {
  const after = IM_FIXTURES.find(({ name }) => name === 'after-text')
  if (after === undefined) throw new Error('no fixture')
  const { query, body } = signedNow(after, stack().clock(), 'another')
  await callback({ query, body })
  await callback({ query: '', body })
  await world().push('text', { tamper: changeSignatures })
}

describe('a day of chat', () => {
  test('leaves no secret, person, code or word in any line of any function', { timeout: 120_000 }, async () => {
    const { userId, openid } = await joined()
    await stack().im.setStatus(userId, 'Online')
    await writtenTo(userId)
    await stack().im.setStatus(userId, 'Offline')
    await world().later(46_000)
    expect(taken(openid)).toHaveLength(1)
    await stack().im.read(userId, 'geheim_alice')
    await loggedIn()
    await everythingFails()
    await forged()
    await send({ to: openid, template: stack().wechat.templates()[1]?.priTmplId, data: { thing2: '灵隐路' } })
    await send(Array.from({ length: 101 }, () => ({ to: openid })))
    await happens('user_authorization_revoke', openid)
    await world().later(minutes(2))

    const output = [...lines, ...lines.map(logLine), JSON.stringify(stack().discarded())].join('\n')
    expect(EVENTS.filter((event) => !output.includes(`"event":"${event}"`))).toEqual([])
    const keys = [settings.IM_SECRET_KEY, settings.IM_CALLBACK_TOKEN, settings.WECHAT_APP_SECRET].map(
      (key) => key ?? '',
    )
    const said = ['灵隐路', '8731', '周五见', '明天再说', 'geheim_', 'Sign=', 'usersig=', 'session_key', 'eJw']
    expect([...keys, ...secrets, ...people, ...said].filter((text) => text === '' || output.includes(text))).toEqual([])
  })
})

describe('user_authorization_revoke', () => {
  const belongings = async ({ userId, openid }: { userId: string; openid: string }) => {
    const partitions = [imKey(userId as UserId), personKey(world().account.appId, openid)]
    return (await stack().items()).filter(({ pk }) => partitions.includes(pk?.S ?? ''))
  }

  test('leaves nothing of the person in either partition but the keys of pushes', async () => {
    const who = await joined()
    await stack().im.setStatus(who.userId, 'Online')
    await stack().im.setStatus(who.userId, 'Offline')
    await stack().advance(1000)
    await writtenTo(who.userId)
    await stack().im.read(who.userId, 'geheim_alice')
    await world().settled()
    expect(taken(who.openid)).toHaveLength(1)
    const sorts = (await belongings(who)).map(({ sk }) => sk?.S?.split('#')[0])
    expect(sorts).toEqual(expect.arrayContaining(['notice', 'notify', 'presence', 'read', 'identity', 'permit']))

    await happens('user_authorization_revoke', who.openid)
    await world().settled()
    await world().later(minutes(5))
    const left = await belongings(who)
    expect(left.map(({ sk }) => sk?.S?.split('#')[0]).filter((sort) => sort !== 'push')).toEqual([])
    const readable = left.filter(({ body }) => body !== undefined).map(({ message }) => message?.S)
    expect(readable).toEqual(['user_authorization_revoke'])
  })

  test('leaves nobody behind to be told, and a new login begins anew', async () => {
    const who = await joined()
    await happens('user_authorization_revoke', who.openid)
    await world().settled()
    await writtenTo(who.userId)
    await world().later(minutes(5))
    expect(taken(who.openid)).toEqual([])
    await aPerson(who.userId, who.openid)
    await stack().advance(1000)
    await writtenTo(who.userId)
    expect(taken(who.openid)).toHaveLength(1)
  })
})
