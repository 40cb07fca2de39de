import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Fault } from '../../../shared/kernel/fault.ts'
import { Secret } from '../../../shared/kernel/secret.ts'
import { type Clock, millis, type Sleep, seconds } from '../../../shared/kernel/time.ts'
import { dynamoTokens } from '../../../shared/store/dynamo-token.ts'
import { memoryTokens } from '../../../shared/store/memory-token.ts'
import type { TokenStore } from '../../../shared/store/token.ts'
import { refusal, TOKEN_CALL } from '../../../shared/wechat/errcode.ts'
import type { AskForToken } from '../../../shared/wechat/stable-token.ts'
import { accessTokens } from '../../../shared/wechat/token.ts'
import { aClock } from '../../support/build.ts'
import { aLog } from '../../support/lines.ts'
import { startTable, type TestTable } from '../../support/table.ts'

const NOT_ALLOWED = () => refusal(TOKEN_CALL, 40164, 'invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist')
const BUSY = () => refusal(TOKEN_CALL, -1, 'system error')

/** What WeChat says to one question after another: a token, or a failure. */
function aWeChat(...answers: readonly (string | Fault)[]) {
  const asked: string[] = []
  const ask: AskForToken = async () => {
    const answer = answers[asked.length] ?? answers.at(-1) ?? ''
    asked.push('')
    if (answer instanceof Fault) throw answer
    return { token: new Secret(answer), lifetime: seconds(7200) }
  }
  return { ask, count: () => asked.length }
}

interface Instance {
  readonly ask: AskForToken
  readonly store: TokenStore
  readonly clock: Clock
  readonly sleep?: Sleep
}

const NO_SLEEP: Sleep = async () => {
  throw new Error('nobody is to be waited for')
}

const anInstance = ({ ask, store, clock, sleep = NO_SLEEP }: Instance) =>
  accessTokens({ ask, store, clock, sleep, log: aLog().log, random: () => 0.5 })

function anApp(...answers: readonly (string | Fault)[]) {
  const clock = aClock()
  const store = memoryTokens(clock)
  const weChat = aWeChat(...answers)
  return {
    clock,
    store,
    weChat,
    instance: (sleep?: Sleep) => anInstance({ ask: weChat.ask, store, clock, ...(sleep && { sleep }) }),
  }
}

const shown = async (token: Promise<Secret>) => (await token).reveal()

describe('accessTokens', () => {
  it('asks once for all callers of a process, and not again while the token is fresh', async () => {
    const { clock, weChat, instance } = anApp('T1', 'T2')
    const tokens = instance()
    expect(await Promise.all(Array.from({ length: 9 }, () => shown(tokens.get())))).toEqual(Array(9).fill('T1'))
    clock.advance(seconds(6899))
    expect(await shown(tokens.get())).toBe('T1')
    expect(weChat.count()).toBe(1)
    clock.advance(seconds(1))
    expect(await shown(tokens.get())).toBe('T2')
  })

  it('takes from the table what another instance got', async () => {
    const { weChat, instance } = anApp('T1')
    await instance().get()
    expect(await shown(instance().get())).toBe('T1')
    expect(weChat.count()).toBe(1)
  })

  it('takes a token that ends soon for fresh for a minute at least', async () => {
    const clock = aClock()
    const ask: AskForToken = async () => ({ token: new Secret('T1'), lifetime: seconds(20) })
    const store = memoryTokens(clock)
    await anInstance({ ask, store, clock }).get()
    expect((await store.read()).kept).toMatchObject({ freshUntil: clock() + 60_000, worksUntil: clock() + 60_000 })
  })

  it('uses the old token, which still works, while another instance asks', async () => {
    const { clock, store, instance } = anApp('T1')
    const tokens = instance()
    await tokens.get()
    clock.advance(seconds(6900))
    await store.lease({ holder: 'another', until: millis(clock() + 10_000) }, await store.read())
    expect(await shown(tokens.get())).toBe('T1')
  })

  it('waits for the other instance when no token works', async () => {
    const { clock, store, instance } = anApp('T1')
    await store.lease({ holder: 'another', until: millis(clock() + 10_000) }, await store.read())
    const spans: number[] = []
    const tokens = instance(async (span) => {
      spans.push(span)
      if (spans.length < 5) return
      const now = clock()
      const times = { obtainedAt: now, freshUntil: millis(now + 1), worksUntil: millis(now + 1) }
      await store.keep('another', { token: new Secret('T9'), ...times })
    })
    expect(await shown(tokens.get())).toBe('T9')
    expect(spans).toEqual([75, 150, 300, 375, 375])
  })

  it('gives up after 25 s of waiting for instances that die one after the other', async () => {
    const { clock, store, weChat, instance } = anApp('T1')
    const tokens = instance(async () => {
      const seen = await store.read()
      await store.lease({ holder: `${clock()}`, until: millis(clock() + 10_000) }, seen)
      clock.advance(seconds(10))
      await store.lease({ holder: `${clock()}`, until: millis(clock() + 10_000) }, seen)
    })
    await store.lease({ holder: 'first', until: millis(clock() + 10_000) }, await store.read())
    await expect(tokens.get()).rejects.toThrow(/^WECHAT_UNREACHABLE call=POST \/cgi-bin\/stable_token because=lease/)
    expect(weChat.count()).toBe(0)
  })

  describe('when a refresh fails', () => {
    it('uses the old token while it works, if the failure may pass, and asks again 2 s later', async () => {
      const { clock, weChat, instance } = anApp('T1', BUSY(), 'T2')
      const tokens = instance()
      await tokens.get()
      clock.advance(seconds(6900))
      expect(await shown(tokens.get())).toBe('T1')
      expect(await shown(tokens.get())).toBe('T1')
      expect(weChat.count()).toBe(2)
      clock.advance(seconds(2))
      expect(await shown(tokens.get())).toBe('T2')
    })

    it('throws when the old token works no longer', async () => {
      const { clock, instance } = anApp('T1', BUSY())
      const tokens = instance()
      await tokens.get()
      clock.advance(seconds(7200))
      await expect(tokens.get()).rejects.toThrow(/errcode=-1 meaning=system-busy/)
    })

    it('throws when somebody has to act, and every instance the same for 10 s without asking', async () => {
      const { clock, weChat, instance } = anApp(NOT_ALLOWED(), 'T1')
      const failures: unknown[] = []
      for (const tokens of [instance(), instance(), instance()]) failures.push(await tokens.get().catch(String))
      expect(failures).toEqual(Array(3).fill(String(NOT_ALLOWED())))
      expect(weChat.count()).toBe(1)
      clock.advance(seconds(10))
      expect(await shown(instance().get())).toBe('T1')
    })

    it('says so in the log once, by the name that the alarm counts, and without the secret', async () => {
      const { clock, store, weChat } = anApp(NOT_ALLOWED())
      const { log, lines } = aLog()
      const tokens = accessTokens({ ask: weChat.ask, store, clock, sleep: NO_SLEEP, log })
      for (let n = 0; n < 3; n += 1) await expect(tokens.get()).rejects.toThrow(/errcode=40164/)
      expect(lines.map((line) => JSON.parse(line))).toMatchObject([
        { level: 'warn', event: 'token.failed', reason: 'WECHAT_REFUSED', errcode: 40164, ip: '203.0.113.7' },
      ])
    })

    it('uses the old token when the table is away', async () => {
      const { clock, store, weChat } = anApp('T1')
      const broken = { ...store }
      const tokens = anInstance({ ask: weChat.ask, store: broken, clock })
      await tokens.get()
      clock.advance(seconds(6900))
      broken.read = () => Promise.reject(new Fault('TABLE_UNAVAILABLE'))
      expect(await shown(tokens.get())).toBe('T1')
      clock.advance(seconds(300))
      await expect(tokens.get()).rejects.toThrow(/^TABLE_UNAVAILABLE/)
    })

    it('uses the token that it got and could not write', async () => {
      const { clock, store, weChat } = anApp('T1')
      const keep = () => Promise.reject(new Fault('TABLE_UNAVAILABLE'))
      expect(await shown(anInstance({ ask: weChat.ask, store: { ...store, keep }, clock }).get())).toBe('T1')
    })
  })

  describe('renew', () => {
    it('asks once for all callers of a process', async () => {
      const { weChat, instance } = anApp('T1', 'T2')
      const tokens = instance()
      const stale = await tokens.get()
      const renewed = await Promise.all(Array.from({ length: 9 }, () => shown(tokens.renew(stale))))
      expect(renewed).toEqual(Array(9).fill('T2'))
      expect(await shown(tokens.renew(stale))).toBe('T2')
      expect(weChat.count()).toBe(2)
    })

    it('compares with the table before it asks', async () => {
      const { weChat, instance } = anApp('T1', 'T2')
      const [one, other] = [instance(), instance()]
      const stale = await one.get()
      await other.renew(await other.get())
      expect(await shown(one.renew(stale))).toBe('T2')
      expect(weChat.count()).toBe(2)
    })

    it('does not ask again for 30 s after WeChat gave the same token', async () => {
      const { clock, weChat, instance } = anApp('T1')
      const tokens = instance()
      const stale = await tokens.get()
      for (const expected of [2, 2, 3]) {
        expect(await shown(tokens.renew(stale))).toBe('T1')
        expect(weChat.count()).toBe(expected)
        clock.advance(seconds(15))
      }
    })

    it('asks at once for a token that was never compared, however new', async () => {
      const { weChat, instance } = anApp('T1', 'T2')
      const tokens = instance()
      expect(await shown(tokens.renew(await tokens.get()))).toBe('T2')
      expect(weChat.count()).toBe(2)
    })

    it('never falls back on the token that was refused', async () => {
      const { instance } = anApp('T1', BUSY())
      const tokens = instance()
      await expect(tokens.renew(await tokens.get())).rejects.toThrow(/errcode=-1/)
    })
  })
})

describe('200 cold instances on one table', () => {
  const INSTANCES = 200
  let table: TestTable
  beforeAll(async () => {
    table = await startTable()
  })
  afterAll(() => table.close())

  /** Those who wait sleep until `crowd` of them do; then `wake` runs and all go on, a turn at a time. */
  function aBedroom() {
    let asleep = 0
    let crowd = Number.POSITIVE_INFINITY
    let wake = (): void => undefined
    let waking = Promise.resolve()
    const night = (size: number): Promise<void> => {
      asleep = 0
      crowd = size
      waking = new Promise((resolve) => {
        wake = resolve
      })
      return waking
    }
    const sleep: Sleep = async () => {
      asleep += 1
      if (asleep >= crowd) wake()
      await waking
      await nextTurn()
    }
    return { night, sleep }
  }

  const fleet = (account: string, ask: AskForToken, clock: Clock, sleep: Sleep) => {
    const client = table.client()
    return Array.from({ length: INSTANCES }, () =>
      anInstance({ ask, clock, sleep, store: dynamoTokens(client, table.tableName, account, clock) }),
    )
  }

  it('ask WeChat once', async () => {
    const { night, sleep } = aBedroom()
    const othersWait = night(INSTANCES - 1)
    let asked = 0
    const ask: AskForToken = async () => {
      asked += 1
      await othersWait
      return { token: new Secret(`T${asked}`), lifetime: seconds(7200) }
    }
    const got = fleet('wx-cold', ask, aClock(), sleep).map(({ get }) => shown(get()))
    expect(new Set(await Promise.all(got))).toEqual(new Set(['T1']))
    expect(asked).toBe(1)
  })

  it('ask WeChat twice when the first to ask is killed', async () => {
    const clock = aClock()
    const { night, sleep } = aBedroom()
    let survivorsWait = night(INSTANCES - 1)
    let asked = 0
    const ask: AskForToken = async () => {
      asked += 1
      if (asked === 1) return await new Promise(() => undefined)
      await survivorsWait
      return { token: new Secret(`T${asked}`), lifetime: seconds(7200) }
    }
    const got: string[] = []
    const survivorsGot = new Promise<void>((resolve) => {
      for (const { get } of fleet('wx-killed', ask, clock, sleep)) {
        void shown(get()).then((token) => got.push(token) === INSTANCES - 1 && resolve())
      }
    })
    await survivorsWait
    survivorsWait = night(INSTANCES - 2)
    clock.advance(seconds(10))
    await survivorsGot
    expect(got).toEqual(Array(INSTANCES - 1).fill('T2'))
    expect(asked).toBe(2)
  })

  it('ask WeChat once when it refuses, and all throw the same', async () => {
    const { night, sleep } = aBedroom()
    const othersWait = night(INSTANCES - 1)
    let asked = 0
    const ask: AskForToken = async () => {
      asked += 1
      await othersWait
      throw NOT_ALLOWED()
    }
    const got = fleet('wx-refused', ask, aClock(), sleep).map(({ get }) => get().then(String, String))
    expect(new Set(await Promise.all(got))).toEqual(new Set([String(NOT_ALLOWED())]))
    expect(asked).toBe(1)
  })
})
