import { setImmediate as nextTurn } from 'node:timers/promises'
import type { StreamRecord } from '../../dev/emulator/dynamo-stream.ts'
import { type EventSource, type StreamEvent, startEventSource } from '../../dev/emulator/event-source.ts'
import { stackClock } from '../../dev/emulator/stack-clock.ts'
import { startWeChatApi, type WeChatApi } from '../../dev/simulator/api/wechat-api.ts'
import { processApp } from '../../functions/process/app.ts'
import { messengerOf } from '../../functions/process/messenger.ts'
import { tickApp } from '../../functions/tick/app.ts'
import type { TemplateId } from '../../shared/kernel/ids.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { Secret } from '../../shared/kernel/secret.ts'
import { millis, type Sleep, toMillis } from '../../shared/kernel/time.ts'
import { deciderOf } from '../../shared/reply/decide.ts'
import type { Handler } from '../../shared/reply/handler.ts'
import type { RuleTable } from '../../shared/reply/rule.ts'
import { dynamoDue } from '../../shared/store/dynamo-due.ts'
import { dynamoWork } from '../../shared/store/dynamo-work.ts'
import type { Item } from '../../shared/store/item.ts'
import { APP_ID, NOW } from './build.ts'
import { instances } from './instances.ts'
import { type Crossing, type Fate, Mortal } from './mortal.ts'
import { type Pusher, pusher } from './pusher.ts'
import { worldTable } from './world-table.ts'

/** Everything behind push, in this process: the table and its stream, process, tick, and WeChat's API over HTTP. */
export interface ProcessWorld {
  readonly api: WeChatApi
  readonly lines: Record<string, unknown>[]
  readonly source: EventSource
  now(): number
  /** Timers know nothing of it. */
  advance(ms: number): void
  /** From now on; instances that are alive meet it too. */
  meet(fate: Fate): void
  /** From now on each record comes to two instances at the same time. */
  twin(isOn: boolean): void
  /** The next event source's invocation fails: before the function has begun, or when it is done. */
  refuse(moment: Crossing['moment']): void
  /** How often the stream tells of each record, one after the other. */
  repeat(times: number): void
  readonly push: Pusher
  /** Until nothing is under way; what waits goes on waiting. */
  idle(): Promise<void>
  tick(): Promise<void>
  /** Until nothing is under way and nothing waits: time passes as far as it must. */
  quiet(): Promise<void>
  /** All that is in the table, or what lies under a key. */
  items(pk?: string): Promise<readonly Item[]>
  /** What a person sees, oldest first: the words, or what else it is. */
  seen(openId: string): readonly string[]
  /** No instance is warm, and nobody has a token or a picture at WeChat. */
  cold(): Promise<void>
  close(): Promise<void>
}

interface WorldOptions {
  readonly rules: RuleTable
  readonly handlers: Readonly<Record<string, Handler>>
  readonly longTermTemplates?: readonly TemplateId[]
  /** Calls of WeChat's API pass through it. */
  readonly network?: (fetch: typeof globalThis.fetch) => typeof globalThis.fetch
}

/** What polls sleeps shorter than this. */
const POLL = 1000
/** Far more than any push needs. */
const MOST_TICKS = 200

export async function processWorld({
  rules,
  handlers,
  longTermTemplates = [],
  ...rest
}: WorldOptions): Promise<ProcessWorld> {
  const stack = stackClock(() => toMillis(NOW))
  const { clock } = stack
  const lines: Record<string, unknown>[] = []
  const log = jsonLog({ threshold: 'debug', clock, write: (line) => void lines.push(JSON.parse(line)) })
  let fate: Fate = () => false
  let copies = 1
  let isTwinned = false
  const twins = new Set<Promise<unknown>>()
  const refusals: Crossing['moment'][] = []
  const told: string[] = []

  const table = await worldTable(clock, (record) => offer(record))
  const { client, aClient, name: tableName, items } = table
  const account = { appId: APP_ID, appSecret: new Secret('0123456789abcdef0123456789abcdef') }
  const api = await startWeChatApi({ account, clock, pushBack: (text) => void told.push(text) })
  const push = pusher({ client, tableName, stack, api, pauseMs: POLL })
  const decide = deciderOf(rules)
  const fetch = (rest.network ?? ((given) => given))(globalThis.fetch)

  /** Who polls lets time pass; the deadline of a handler never comes. */
  const sleep: Sleep = async (span, signal) => {
    if (signal?.aborted === true) return
    if (span > POLL) return await new Promise((resolve) => signal?.addEventListener('abort', () => resolve()))
    stack.advance(Math.ceil(span))
    await nextTurn()
  }

  function appOf(mortal: Mortal): ReturnType<typeof processApp> {
    const own = mortal.client(aClient())
    const world = { fetch: mortal.fetch(fetch), clock, sleep, log }
    const given = Object.entries(handlers).map(([name, handler]) => [name, mortal.handler(handler)] as const)
    return processApp({
      ...world,
      decide,
      work: dynamoWork(own, tableName, clock),
      messenger: messengerOf({ ...account, apiBase: api.url, tableName }, own, world),
      handlers: Object.fromEntries(given),
      appId: APP_ID,
      longTermTemplates,
      random: () => 1,
    })
  }
  const { invoke, cold } = instances((crossing) => fate(crossing), appOf)

  async function refusing(event: StreamEvent): Promise<unknown> {
    const refusal = refusals.shift()
    const answer = refusal === 'before' ? undefined : await invoke(event)
    if (refusal !== undefined) throw new Error('an error of Lambda')
    return answer
  }

  const source = startEventSource({
    settings: table.streamOf('process'),
    functionName: 'process',
    clock,
    sleep: () => nextTurn(),
    invoke: refusing,
  })

  /** Nobody hears what becomes of it. */
  function startTwin(record: StreamRecord): void {
    const twin = invoke({ Records: [record] })
      .catch(() => undefined)
      .finally(() => twins.delete(twin))
    twins.add(twin)
  }

  /** What tick makes ready begins after it: the crossings come in the same order every time. */
  let held: StreamRecord[] | undefined
  const offer = (record: StreamRecord): void => {
    if (held !== undefined) return void held.push(record)
    for (let copy = 0; copy < copies; copy += 1) source.offer(record)
    if (isTwinned && isWork(record)) startTwin(record)
  }

  /** What WeChat has to tell is pushed as well. */
  async function idle(): Promise<void> {
    do {
      await Promise.all([source.idle(), ...twins])
      await nextTurn()
      for (const text of told.splice(0)) await push(JSON.parse(text))
    } while (!source.isIdle() || told.length > 0 || twins.size > 0)
  }

  async function tick(): Promise<void> {
    const mortal = new Mortal((crossing) => fate(crossing))
    const app = tickApp({ due: dynamoDue(mortal.client(aClient()), tableName), clock, log })
    held = []
    await mortal.live(() => app(() => millis(55_000))).catch(() => undefined)
    const ready = held
    held = undefined
    for (const record of ready) offer(record)
  }

  async function quiet(): Promise<void> {
    const due = dynamoDue(client, tableName)
    for (let ticks = 0; ticks < MOST_TICKS; ticks += 1) {
      await idle()
      const waiting = []
      for await (const page of due.waiting()) waiting.push(...page.map(({ dueAt }) => dueAt))
      if (waiting.length === 0) return
      stack.advance(Math.max(0, Math.min(...waiting) - clock()) + 60_000)
      await tick()
    }
    throw new Error('there is no end of it')
  }

  return {
    api,
    lines,
    source,
    now: clock,
    advance: stack.advance,
    meet: (given) => {
      fate = given
    },
    twin: (isOn) => {
      isTwinned = isOn
    },
    refuse: (moment) => void refusals.push(moment),
    repeat: (times) => {
      copies = times
    },
    push,
    idle,
    tick,
    quiet,
    items,
    seen: (openId) => api.delivered(openId).map(({ kind, content }) => wordsOf(kind, content)),
    cold: async () => {
      cold()
      await table.forget(api.url)
    },
    close: async () => {
      source.close()
      await api.close()
      await table.close()
    },
  }
}

const wordsOf = (kind: string, { content, templateId }: Readonly<Record<string, unknown>>): string =>
  kind === 'text' ? String(content) : kind === 'subscribe' ? `subscribe ${templateId}` : kind

const isWork = ({ dynamodb: { NewImage } }: StreamRecord): boolean =>
  NewImage?.kind?.S === 'push' && NewImage.state?.S === 'ready'
