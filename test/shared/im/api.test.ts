import { afterEach, describe, expect, it } from 'vitest'
import { imApi } from '../../../shared/im/api.ts'
import { uint32 } from '../../../shared/im/call.ts'
import { verifyUserSig } from '../../../shared/im/user-sig.ts'
import type { UserId } from '../../../shared/kernel/ids.ts'
import { Secret } from '../../../shared/kernel/secret.ts'
import { type Millis, millis, type Seconds, seconds, toSeconds } from '../../../shared/kernel/time.ts'
import { aClock } from '../../support/build.ts'
import { ADMIN, ALICE, BOB, SDK_APP_ID } from '../../support/im.ts'
import { aLog } from '../../support/lines.ts'
import { aWeixinStub, textOf, type WeixinCall } from '../../support/weixin-stub.ts'

const KEY = new Secret('5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e')
const CALL = 'POST /v4/openim/query_online_status'

const ended: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ended.splice(0)) await end()
})

type Answer = Parameters<typeof aWeixinStub>[0]
interface World {
  readonly admin?: UserId
  readonly deadline?: Millis
}

/** The API against a server that says what the test says; nobody waits, and how long they would have is noted. */
async function anApi(answer: Answer, { admin = ADMIN, ...options }: World = {}) {
  const stub = await aWeixinStub(answer)
  ended.push(stub.close)
  const clock = aClock()
  const { log, lines } = aLog()
  const slept: Millis[] = []
  const sleep = async (span: Millis): Promise<void> => void slept.push(span)
  const random = () => 2 ** 31
  const world = { fetch, base: stub.url, clock, log, random, sleep, sdkAppId: SDK_APP_ID, admin, secretKey: KEY }
  const logged = (): readonly Readonly<Record<string, unknown>>[] => lines.map((line) => JSON.parse(line))
  return { api: imApi({ ...world, ...options }), stub, clock, slept, lines, logged }
}

const OK = { ActionStatus: 'OK', ErrorInfo: '', ErrorCode: 0 }
const refused = (ErrorCode: number) => ({ body: { ActionStatus: 'FAIL', ErrorInfo: 'alice is no admin', ErrorCode } })
const asked = (call: WeixinCall): readonly string[] => JSON.parse(textOf(call)).To_Account
const offline: Answer = (call) => ({
  body: { ...OK, QueryResult: asked(call).map((To_Account) => ({ To_Account, Status: 'Offline' })) },
})
/** Says these in turn, and the last one for ever. */
function inTurn(...answers: readonly ReturnType<Answer>[]): Answer {
  let next = 0
  return () => answers[Math.min(next++, answers.length - 1)]
}
const people = (count: number) => Array.from({ length: count }, (_, index) => `user${index}` as UserId)
const sigsOf = (calls: readonly WeixinCall[]) => calls.map(({ query }) => query.get('usersig') ?? '')
const verified = (sig: string, now: Seconds, userId = ADMIN) =>
  verifyUserSig(sig, { sdkAppId: SDK_APP_ID, secretKey: KEY, userId, now })

describe('onlineStatus', () => {
  it('asks as IM wants it: JSON by POST, signed by the administrator', async () => {
    const admin = 'ad min&x' as UserId
    const { api, stub, clock } = await anApi(offline, { admin })
    await api.onlineStatus([ALICE, BOB])
    expect(stub.calls).toMatchObject([{ name: CALL, headers: { 'content-type': 'application/json' } }])
    const [call] = stub.calls
    if (call === undefined) throw new Error('no call')
    expect(JSON.parse(textOf(call))).toEqual({ To_Account: [ALICE, BOB] })
    const { usersig = '', ...query } = Object.fromEntries(call.query)
    expect(query).toEqual({
      sdkappid: SDK_APP_ID,
      identifier: admin,
      random: String(2 ** 31),
      contenttype: 'json',
    })
    expect(verified(usersig, toSeconds(clock()), admin)).toMatchObject({ signedAt: toSeconds(clock()) })
  })

  it('finds people by name, in whatever order they come and whichever word is used; nobody else is known', async () => {
    const QueryResult = [
      { To_Account: 'd', State: 'PushOnline' },
      { To_Account: 'somebody', Status: 'Online' },
      { To_Account: 'b', Status: 'Online', Detail: [{ Platform: 'Web', Status: 'Online' }] },
      { To_Account: 'a', Status: 'Offline', State: 'Online' },
      { To_Account: 'c', Status: 'Elsewhere' },
      null,
      'e',
    ]
    const ErrorList = [
      { To_Account: 'f', ErrorCode: 70107 },
      { To_Account: 'g', ErrorCode: 70500 },
      { To_Account: 'toString', ErrorCode: '70107' },
    ]
    const { api } = await anApi(() => ({ body: { ...OK, QueryResult, ErrorList } }))
    const users = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'toString', 'constructor'] as UserId[]
    expect([...(await api.onlineStatus(users))]).toEqual([
      ['a', 'Offline'],
      ['b', 'Online'],
      ['d', 'PushOnline'],
      ['f', 'unknown-account'],
      ['toString', 'unknown-account'],
    ])
  })

  it('asks for 500 people in one call and for 1,001 in three, each person once', async () => {
    const { api, stub } = await anApi(offline)
    expect((await api.onlineStatus([...people(500), ...people(500)])).size).toBe(500)
    expect(stub.calls).toHaveLength(1)
    expect((await api.onlineStatus(people(1001))).size).toBe(1001)
    expect(
      stub.calls
        .slice(1)
        .map((call) => asked(call).length)
        .sort(),
    ).toEqual([1, 500, 500])
    expect(new Set(stub.calls.slice(1).flatMap(asked)).size).toBe(1001)
  })

  it('asks nobody about nobody', async () => {
    const { api, stub } = await anApi(offline)
    expect((await api.onlineStatus([])).size).toBe(0)
    expect(stub.calls).toEqual([])
  })

  it('keeps what one call tells when another fails, and says that it failed', async () => {
    const answer: Answer = (call) => (asked(call).includes('user0') ? refused(90001) : offline(call))
    const { api, logged } = await anApi(answer)
    const known = await api.onlineStatus(people(700))
    expect([...known.keys()]).toEqual(people(700).slice(500))
    expect(logged().filter(({ event }) => event === 'im-api.refused')).toMatchObject([{ errcode: 90001 }])
  })

  it('signs once for many calls, and anew after half a day', async () => {
    const { api, stub, clock } = await anApi(offline)
    await api.onlineStatus([ALICE])
    await api.onlineStatus([BOB])
    clock.advance(seconds(43_200))
    await api.onlineStatus([BOB])
    const [first, second, third] = sigsOf(stub.calls)
    expect(second).toBe(first)
    expect(third).not.toBe(first)
  })
})

describe('a call that IM refuses', () => {
  it.each([60004, 70500, 90992, 99_999])('%i is tried once more after a moment', async (code) => {
    const { api, stub, slept, logged } = await anApi((call) =>
      stub.calls.length === 1 ? refused(code) : offline(call),
    )
    expect((await api.onlineStatus([BOB])).get(BOB)).toBe('Offline')
    expect(slept).toEqual([400])
    expect(logged()).toMatchObject([
      { level: 'warn', event: 'im-api.refused', call: CALL, errcode: code },
      { level: 'debug', event: 'im-api.called', call: CALL },
    ])
  })

  it('and no third time', async () => {
    const { api, stub } = await anApi(() => refused(60004))
    await expect(api.onlineStatus([BOB])).rejects.toThrow(/^IM_REFUSED call=.* errcode=60004 meaning=busy:/)
    expect(stub.calls).toHaveLength(2)
  })

  it('70001 is tried once more with a new UserSig, at once', async () => {
    const { api, stub, slept, clock } = await anApi((call) => {
      if (stub.calls.length > 1) return offline(call)
      clock.advance(seconds(5))
      return refused(70001)
    })
    expect((await api.onlineStatus([BOB])).size).toBe(1)
    const [first = '', second = ''] = sigsOf(stub.calls)
    expect(verified(second, toSeconds(clock())).signedAt).toBe(verified(first, toSeconds(clock())).signedAt + 5)
    expect(slept).toEqual([])
  })

  it('and no third time either', async () => {
    const { api, stub } = await anApi(() => refused(70001))
    await expect(api.onlineStatus([BOB])).rejects.toThrow(/^IM_REFUSED call=.* errcode=70001/)
    expect(stub.calls).toHaveLength(2)
  })

  it('70050 stops all calls for a minute, and no longer', async () => {
    const { api, stub, clock, logged } = await anApi((call) =>
      stub.calls.length === 1 ? refused(70050) : offline(call),
    )
    await expect(api.onlineStatus([BOB])).rejects.toThrow(/errcode=70050/)
    clock.advance(seconds(59))
    await expect(api.onlineStatus(people(1200))).rejects.toThrow(/^IM_REFUSED call=.* errcode=70050/)
    expect(stub.calls).toHaveLength(1)
    expect(logged()).toMatchObject([{ level: 'error', meaning: 'signature-failed-too-often', hint: /IM_SECRET_KEY/ }])
    clock.advance(seconds(1))
    expect((await api.onlineStatus([BOB])).size).toBe(1)
  })

  it('70050 stops the calls when it comes at the second try, too', async () => {
    const { api, stub } = await anApi(inTurn(refused(70001), refused(70050), { body: OK }))
    await expect(api.onlineStatus([BOB])).rejects.toThrow(/errcode=70050/)
    await expect(api.onlineStatus([BOB])).rejects.toThrow(/errcode=70050/)
    expect(stub.calls).toHaveLength(2)
  })

  it.each([70009, 70013, 60021, 72000])('%i is for somebody to mend: once, aloud, in two languages', async (code) => {
    const { api, stub, logged } = await anApi(() => refused(code))
    await expect(api.onlineStatus([BOB])).rejects.toThrow(new RegExp(`errcode=${code}`))
    expect(stub.calls).toHaveLength(1)
    const [line] = logged()
    expect(line).toMatchObject({ level: 'error', event: 'im-api.refused', errcode: code })
    expect(line?.hint).toMatch(/console/)
    expect(line?.zh).toMatch(/控制台/)
  })

  it.each([60007, 90011])('%i is not tried again at once', async (code) => {
    const { api, stub } = await anApi(() => refused(code))
    await expect(api.onlineStatus([BOB])).rejects.toThrow(new RegExp(`errcode=${code}`))
    expect(stub.calls).toHaveLength(1)
  })
})

describe('a call that is not answered', () => {
  const failures: ReadonlyArray<readonly [what: string, answer: ReturnType<Answer>, failure: RegExp]> = [
    ['cut', 'cut', /^IM_UNREACHABLE call=.* because=/],
    ['500', { status: 500, body: OK }, /^IM_UNREACHABLE call=.* because=status 500 /],
    ['429', { status: 429, body: OK }, /^IM_UNREACHABLE call=.* because=status 429 /],
    ['in HTML', { body: '<html>' }, /^IM_UNREADABLE call=.* status=200 bytes=6:/],
    ['with a list', { body: [] }, /^IM_UNREADABLE/],
    ['without an ErrorCode', { body: { ActionStatus: 'OK' } }, /^IM_UNREADABLE/],
    [
      'elsewhere',
      { status: 302, headers: { location: 'http://127.0.0.1:1/' }, body: OK },
      /^IM_UNREADABLE call=.* status=302/,
    ],
    ['too long', { body: ' '.repeat(4 * 2 ** 20 + 1) }, /because=too-large/],
  ]
  it.each(failures)('%s: tried twice, then a fault', async (_, answer, failure) => {
    const { api, stub, slept } = await anApi(() => answer)
    await expect(api.onlineStatus([BOB])).rejects.toThrow(failure)
    expect(stub.calls).toHaveLength(2)
    expect(slept).toHaveLength(1)
  })

  it('within its deadline: given up', async () => {
    const { api, logged } = await anApi(() => undefined, { deadline: millis(30) })
    await expect(api.onlineStatus([BOB])).rejects.toThrow(/^IM_UNREACHABLE call=.* because=timeout /)
    expect(logged()).toMatchObject([{ event: 'im-api.unreachable', call: CALL, because: 'timeout' }, {}])
  })

  it('trusts ErrorCode and not the word beside it', async () => {
    const QueryResult = [{ To_Account: BOB, Status: 'Online' }]
    const { api } = await anApi(() => ({ body: { ErrorCode: 0, ActionStatus: 'SomeError', QueryResult } }))
    expect((await api.onlineStatus([BOB])).get(BOB)).toBe('Online')
  })
})

describe('the log and the faults', () => {
  it('show no UserSig, no key, no person and nothing that IM says in words', async () => {
    const answers = [refused(70001), refused(60004), refused(70013), 'cut', { body: 'alice' }] as const
    const told: string[] = []
    for (const answer of answers) {
      const { api, stub, lines } = await anApi(() => answer)
      const failure = await api.onlineStatus([ALICE]).catch((cause: unknown) => cause)
      told.push(...lines, failure instanceof Error ? `${failure.stack} ${failure.cause}` : '')
      for (const sig of sigsOf(stub.calls)) expect(told.join('\n')).not.toContain(sig)
    }
    expect(told.length).toBeGreaterThan(5)
    expect(told.join('\n')).not.toMatch(new RegExp(`alice|usersig|${KEY.reveal()}`))
  })
})

describe('uint32', () => {
  it('is a whole number of 32 bits, and not 20', () => {
    expect(uint32(() => 0)).toBe(0)
    expect(uint32((below) => below - 1)).toBe(4_294_967_295)
  })

  it('is drawn by the system where nothing else is said', () => {
    const number = uint32()
    expect([Number.isInteger(number), number >= 0, number < 2 ** 32]).toEqual([true, true, true])
  })
})
