import { setImmediate as nextTurn } from 'node:timers/promises'
import { cloudApp } from '../../functions/cloud/app.ts'
import type { CloudDeps } from '../../functions/cloud/deps.ts'
import { Fault } from '../../shared/kernel/fault.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { hours, type Millis, millis, type Sleep, toSeconds } from '../../shared/kernel/time.ts'
import { decide } from '../../shared/reply/decide.ts'
import type { Documents } from '../../shared/store/documents.ts'
import { memoryDocuments } from '../../shared/store/memory-documents.ts'
import { aClock, NOW, OPEN_ID } from './build.ts'

export const LIMIT = millis(5000)
export const TIMER = { Type: 'Timer', TriggerName: 'due', Time: '' }
export const NEVER = () => new Promise<never>(() => undefined)
export const DOWN = () =>
  Promise.reject(new Fault('TABLE_UNAVAILABLE', { because: 'cloud-database', errcode: -501001 }))

/** Whose documents are whose. */
export const PERSON = `openid#cloud#${OPEN_ID}`
/** All that a database does. */
export const ALL_DOWN: Partial<Documents> = { add: DOWN, change: DOWN, get: DOWN, of: DOWN, due: DOWN }

let messages = 0
export const text = (openId: string, Content: string, changes: object = {}) => {
  messages += 1
  const common = { ToUserName: 'gh_0a1b2c3d4e5f', FromUserName: openId, CreateTime: NOW, MsgType: 'text' }
  return { ...common, Content, MsgId: `m${messages}`, ...changes }
}

let events = 0
const event = (FromUserName: string, Event: string, members: object) => {
  events += 1
  const common = { ToUserName: 'gh_0a1b2c3d4e5f', FromUserName, CreateTime: NOW - 100 + events, MsgType: 'event' }
  return { ...common, Event, ...members }
}
export const consent = () =>
  event(OPEN_ID, 'subscribe_msg_popup_event', {
    List: [{ TemplateId: 'tmpl_A', SubscribeStatusString: 'accept', PopupScene: '0' }],
  })
export const cancellation = () => event('oPlatform', 'user_authorization_cancellation', { OpenID: OPEN_ID })

/** A clock, and what sleeps by it. */
export function someTime() {
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

export function aCloudApp(changes: Partial<CloudDeps> = {}, database: Partial<Documents> = {}) {
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
    ...openApi({
      send: async (body) => {
        sent.push((body.text as { readonly content: string }).content)
        return { errCode: 0 }
      },
    }),
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
export const openApi = (changes: Partial<CloudDeps['openApi']>): Pick<CloudDeps, 'openApi'> => {
  const done = async () => ({ errCode: 0 })
  return { openApi: { send: done, setTyping: done, uploadTempMedia: NEVER, sendSubscribeMessage: NEVER, ...changes } }
}

/** Instances of the function, each with a memory of its own, on one database that fails when it is told to. */
export function someInstances(changes: Partial<CloudDeps> = {}) {
  const { clock, sleep, pass } = someTime()
  const kept = memoryDocuments()
  const failing: { now: Partial<Documents> } = { now: {} }
  const sent: unknown[] = []
  const wechat = { isBusy: false }
  const send = async ({ touser }: Readonly<Record<string, unknown>>) => {
    if (wechat.isBusy) throw Object.assign(new Error('busy'), { errCode: -1 })
    sent.push(touser)
    return { errCode: 0 }
  }
  const documents = () => ({ ...kept, ...failing.now })
  const anInstance = (others: Partial<CloudDeps> = {}) =>
    aCloudApp({ ...openApi({ send }), documents, clock, sleep, ...changes, ...others })

  /** Fails so many calls of this method from the `first` one on, before they do anything or after. */
  function fail(name: 'add' | 'change' | 'of', { times = 1, first = 1, when = 'before' } = {}): void {
    const method = kept[name] as (...given: never[]) => Promise<unknown>
    let calls = 0
    const faulty = async (...given: never[]) => {
      calls += 1
      if (calls < first || calls >= first + times) return await method(...given)
      if (when === 'after') await method(...given)
      return await DOWN()
    }
    failing.now = { [name]: faulty }
  }
  const advance = (span: number): void => clock.advance(toSeconds(millis(span)))
  /** The timer, once a minute. */
  async function minutesOf(app: ReturnType<typeof anInstance>['app'], count: number): Promise<void> {
    for (let minute = 0; minute < count; minute += 1) {
      advance(60_000)
      await app(TIMER, LIMIT)
    }
  }
  const about = async (kind: string) => (await kept.of(PERSON, 'all')).filter((document) => document.kind === kind)
  return { anInstance, failing, fail, advance, minutesOf, about, sent, wechat, clock, pass, kept }
}

/** A call of the database that ends when it is told to fail. */
export function aHangingCall() {
  let fail = (): void => undefined
  const call = new Promise<never>((_, reject) => {
    fail = () => void DOWN().catch(reject)
  })
  return { call, fail: () => fail() }
}
