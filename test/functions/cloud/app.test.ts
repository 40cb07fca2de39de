import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { cloudApp } from '../../../functions/cloud/app.ts'
import type { CloudDeps } from '../../../functions/cloud/deps.ts'
import { Fault } from '../../../shared/kernel/fault.ts'
import { jsonLog } from '../../../shared/kernel/log.ts'
import { hours, type Millis, millis, minutes, type Sleep, toMillis, toSeconds } from '../../../shared/kernel/time.ts'
import { decide } from '../../../shared/reply/decide.ts'
import { RULES } from '../../../shared/reply/rules.ts'
import type { Documents } from '../../../shared/store/documents.ts'
import { memoryDocuments } from '../../../shared/store/memory-documents.ts'
import { aClock, NOW, OPEN_ID } from '../../support/build.ts'
import { someone } from '../../support/people.ts'

const DEFAULT = String(RULES.otherwise.text)
const HELP = String(RULES.keywords[1]?.reply)
const LIMIT = millis(5000)
const TIMER = { Type: 'Timer', TriggerName: 'due', Time: '' }
const NEVER = () => new Promise<never>(() => undefined)
const DOWN = () => Promise.reject(new Fault('TABLE_UNAVAILABLE', { because: 'cloud-database', errcode: -501001 }))

let messages = 0
const text = (openId: string, Content: string, changes: object = {}) => {
  messages += 1
  const common = { ToUserName: 'gh_0a1b2c3d4e5f', FromUserName: openId, CreateTime: NOW, MsgType: 'text' }
  return { ...common, Content, MsgId: `m${messages}`, ...changes }
}

/** A clock, and what sleeps by it. */
function someTime() {
  const clock = aClock()
  const sleepers = new Set<{ readonly until: Millis; readonly wake: () => void }>()
  const sleep: Sleep = (span, signal) =>
    new Promise((resolve) => {
      const sleeper = { until: millis(clock() + span), wake: resolve }
      sleepers.add(sleeper)
      signal?.addEventListener('abort', () => resolve())
    })
  /** Until nothing moves any more. */
  async function rest(): Promise<void> {
    for (let turns = 0; turns < 20; turns += 1) await nextTurn()
  }
  /** A second at a time at most, as far as it goes. */
  async function pass(span: number): Promise<void> {
    await rest()
    const end = clock() + span
    while (clock() < end) {
      clock.advance(toSeconds(millis(Math.min(1000, end - clock()))))
      for (const sleeper of sleepers) if (sleeper.until <= clock() && sleepers.delete(sleeper)) sleeper.wake()
      await rest()
    }
  }
  return { clock, sleep, pass, rest }
}

function aCloudApp(changes: Partial<CloudDeps> = {}, database: Partial<Documents> = {}) {
  const time = someTime()
  const sent: unknown[] = []
  const lines: Record<string, unknown>[] = []
  const kept = memoryDocuments()
  const memory = memoryDocuments()
  const app = cloudApp({
    decide,
    handlers: {},
    longTermTemplates: [],
    cloudPushStrict: false,
    pushRetention: hours(72),
    openApi: {
      send: async (body) => {
        sent.push((body.text as { readonly content: string }).content)
        return { errCode: 0 }
      },
      setTyping: async () => ({ errCode: 0 }),
      uploadTempMedia: NEVER,
      sendSubscribeMessage: NEVER,
    },
    fetch: NEVER,
    documents: () => ({ ...kept, ...database }),
    memory,
    caller: () => ({ openId: undefined, source: undefined }),
    clock: time.clock,
    sleep: time.sleep,
    random: () => 1,
    log: jsonLog({ threshold: 'debug', clock: time.clock, write: (line) => void lines.push(JSON.parse(line)) }),
    ...changes,
  })
  const events = (name: string) => lines.filter(({ event }) => event === name)
  return { app, time, sent, lines, events, kept, memory }
}

/** Handed over beside the closures of `aCloudApp`. */
const openApi = (changes: Partial<CloudDeps['openApi']>): Pick<CloudDeps, 'openApi'> => {
  const done = async () => ({ errCode: 0 })
  return { openApi: { send: done, setTyping: done, uploadTempMedia: NEVER, sendSubscribeMessage: NEVER, ...changes } }
}

describe('cloudApp', () => {
  it('gives a slow handler what time there is, answers, and has the timer try again', async () => {
    let isSlow = true
    const orderStatus = async () =>
      isSlow ? await NEVER() : ([{ kind: 'send', message: { kind: 'text', content: '明天' } }] as const)
    const { app, time, sent, events } = aCloudApp({ handlers: { orderStatus } })
    const answer = app(text(OPEN_ID, '订单 20260001'), LIMIT)
    await time.pass(4000)
    expect(await answer).toBe('success')
    expect(time.clock()).toBeLessThanOrEqual(toMillis(NOW) + 4000)
    expect([events('handler.failed'), events('cloud.unfinished')]).toMatchObject([[{ because: 'TimeoutError' }], []])
    expect(events('process.waiting')).toMatchObject([{ reason: 'HANDLER_FAILED', inMs: 15_000 }])
    isSlow = false
    await time.pass(15_000)
    expect([await app(TIMER, LIMIT), sent]).toEqual(['success', ['明天']])
  })

  it('answers before WeChat gives up though a call goes on, and says that it is not done', async () => {
    const { app, time, events } = aCloudApp(openApi({ send: NEVER }))
    const answer = app(text(OPEN_ID, '帮助'), millis(60_000))
    await time.pass(5000)
    expect(await answer).toBe('success')
    expect(events('cloud.unfinished')).toMatchObject([{ kind: 'text', isAccepted: 1 }])
  })

  it('fails when it has not accepted the push in time, so that WeChat sends it again', async () => {
    const { app, time, events } = aCloudApp({}, { add: NEVER })
    const answer = app(text(OPEN_ID, '帮助'), LIMIT)
    const failing = expect(answer).rejects.toThrow('TABLE_UNAVAILABLE because=deadline')
    await time.pass(5000)
    await failing
    expect(events('cloud.unfinished')).toMatchObject([{ isAccepted: 0 }])
  })

  it('works off at once who waits behind, and in their order', async () => {
    let isDown = true
    const sent: unknown[] = []
    const send = async (body: Readonly<Record<string, unknown>>) => {
      if (isDown) throw Object.assign(new Error('busy'), { errCode: -1 })
      sent.push((body.text as { readonly content: string }).content)
      return { errCode: 0 }
    }
    const { app, time } = aCloudApp(openApi({ send }))
    await app(text(OPEN_ID, '帮助'), LIMIT)
    await time.pass(1000)
    await app(text(OPEN_ID, '你好'), LIMIT)
    isDown = false
    await time.pass(15_000)
    await app(TIMER, LIMIT)
    expect(sent).toEqual([HELP, DEFAULT])
  })

  it('works off what waits for others when a push leaves it time', async () => {
    let fails = 1
    const sent: unknown[] = []
    const send = async ({ touser }: Readonly<Record<string, unknown>>) => {
      fails -= 1
      if (fails >= 0) throw Object.assign(new Error('busy'), { errCode: -1 })
      sent.push(touser)
      return { errCode: 0 }
    }
    const { app, time } = aCloudApp(openApi({ send }))
    const [one, other] = [someone(), someone()]
    await app(text(one, '帮助'), LIMIT)
    await time.pass(15_000)
    await app(text(other, '帮助'), LIMIT)
    expect(sent).toEqual([other, one])
  })

  it('takes no more than there is time for: the rest is due for whoever comes next', async () => {
    const { clock, ...rest } = someTime()
    let isDown = true
    const send = async () => {
      if (isDown) throw Object.assign(new Error('busy'), { errCode: -1 })
      clock.advance(toSeconds(millis(1000)))
      return { errCode: 0 }
    }
    const { app, kept, events } = aCloudApp({ ...openApi({ send }), clock, sleep: rest.sleep })
    for (let n = 0; n < 5; n += 1) await app(text(someone(), '帮助'), millis(2000))
    isDown = false
    await rest.pass(15_000)
    await app(TIMER, LIMIT)
    expect(events('cloud.ticked')).toMatchObject([{ done: 3 }])
    expect(await kept.due(clock(), 10)).toHaveLength(2)
    await app(TIMER, LIMIT)
    expect(await kept.due(clock(), 10)).toHaveLength(0)
  })

  it('answers though the look at what waits for others fails, and warns once', async () => {
    const { app, events, sent } = aCloudApp({}, { due: DOWN })
    for (let n = 0; n < 3; n += 1) expect(await app(text(OPEN_ID, '帮助'), LIMIT)).toBe('success')
    expect([events('cloud.without-database').length, sent]).toEqual([1, [HELP, HELP, HELP]])
  })

  it('has the timer work off what only memory knows, though the database is back', async () => {
    let isDown = true
    let fails = 1
    const sent: unknown[] = []
    const send = async ({ touser }: Readonly<Record<string, unknown>>) => {
      fails -= 1
      if (fails >= 0) throw Object.assign(new Error('busy'), { errCode: -1 })
      sent.push(touser)
      return { errCode: 0 }
    }
    const kept = memoryDocuments()
    const documents = (): Documents => (isDown ? { ...kept, add: DOWN, change: DOWN, due: DOWN } : kept)
    const { app, time, events } = aCloudApp({ ...openApi({ send }), documents })
    expect(await app(text(OPEN_ID, '帮助'), LIMIT)).toBe('success')
    expect([sent, events('process.waiting').length]).toEqual([[], 1])
    isDown = false
    await time.pass(15_000)
    await app(TIMER, LIMIT)
    expect(sent).toEqual([OPEN_ID])
  })

  it('does not send again by the timer what went out when the database had lost its answer', async () => {
    const kept = memoryDocuments()
    const lossy: Documents = {
      ...kept,
      add: async (document) => {
        await kept.add(document)
        return await DOWN()
      },
    }
    const { app, time, sent } = aCloudApp({ documents: () => lossy })
    expect(await app(text(OPEN_ID, '帮助'), LIMIT)).toBe('success')
    await time.pass(minutes(7))
    await app(TIMER, LIMIT)
    expect(sent).toEqual([HELP])
  })

  it('does not send again what went out before the database failed', async () => {
    let commits = 0
    const kept = memoryDocuments()
    const failing: Documents = {
      ...kept,
      change: async (ids, change) => {
        commits += 1
        return commits === 2 ? await DOWN() : await kept.change(ids, change)
      },
    }
    const { app, sent, events } = aCloudApp({ documents: () => failing })
    expect(await app(text(OPEN_ID, '帮助'), LIMIT)).toBe('success')
    expect([sent, events('cloud.broken')]).toMatchObject([[HELP], [{ outcome: 'unnoted' }]])
  })

  it('keeps no event for as long as its maker likes', async () => {
    const { app, kept, time } = aCloudApp()
    await app(text(OPEN_ID, '帮助', { CreateTime: 9_000_000_000 }), LIMIT)
    const [push] = (await kept.of(`openid#cloud#${OPEN_ID}`, 'all')).filter(({ kind }) => kind === 'push')
    expect(push?.expiresAt).toBe(time.clock() + toMillis(hours(96)))
  })

  it('says of a caller that is refused no more than how it called', async () => {
    const { app, lines } = aCloudApp({ caller: () => ({ openId: someone(), source: 'wx_client' }) })
    expect(await app(text(OPEN_ID, '帮助'), LIMIT)).toEqual({ ErrCode: -1, ErrMsg: 'refused' })
    expect(lines).toMatchObject([{ event: 'cloud.refused', reason: 'PUSH_FOREIGN', kind: 'text', source: 'wx_client' }])
    expect(JSON.stringify(lines)).not.toMatch(new RegExp(`${OPEN_ID}|帮助`))
  })

  it('fails with a fault of ours, whatever it is', async () => {
    const { app } = aCloudApp({
      decide: () => {
        throw new TypeError('ours')
      },
    })
    await expect(app(text(OPEN_ID, '帮助'), LIMIT)).rejects.toThrow('ours')
  })
})
