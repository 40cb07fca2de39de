import { setImmediate as nextTurn } from 'node:timers/promises'
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import type { StreamRecord } from '../../dev/emulator/dynamo-stream.ts'
import { type EventSource, startEventSource } from '../../dev/emulator/event-source.ts'
import { stackClock } from '../../dev/emulator/stack-clock.ts'
import { MESSAGED } from '../../dev/simulator/api/template.ts'
import { startWeChatApi, type WeChatApi } from '../../dev/simulator/api/wechat-api.ts'
import type { TencentIm } from '../../dev/simulator/im/tencent-im.ts'
import { processApp } from '../../functions/process/app.ts'
import { messengerOf } from '../../functions/process/messenger.ts'
import { noticesApp } from '../../functions/send/notices.ts'
import { noticesOf } from '../../functions/send/notices-of.ts'
import { tickApp } from '../../functions/tick/app.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { Secret } from '../../shared/kernel/secret.ts'
import { millis, type Sleep, toMillis } from '../../shared/kernel/time.ts'
import { deciderOf } from '../../shared/reply/decide.ts'
import { dynamoDue } from '../../shared/store/dynamo-due.ts'
import { dynamoIdentities } from '../../shared/store/dynamo-identity.ts'
import { dynamoNotices } from '../../shared/store/dynamo-notices.ts'
import { dynamoOrders } from '../../shared/store/dynamo-order.ts'
import { dynamoWork } from '../../shared/store/dynamo-work.ts'
import { numberOf } from '../../shared/store/item.ts'
import type { NoticeInbox } from '../../shared/store/notice.ts'
import { accountApi } from '../../shared/wechat/account-api.ts'
import { APP_ID, NOW } from './build.ts'
import { ADMIN, SDK_APP_ID } from './im.ts'
import { IM_SECRET, imWorld } from './im-world.ts'
import { instances } from './instances.ts'
import { type Lossy, lossy } from './lossy.ts'
import type { Fate, Mortal } from './mortal.ts'
import { NOTICE_RULES } from './no-replies.ts'
import { type Pusher, pusher } from './pusher.ts'
import { type WorldTable, worldTable } from './world-table.ts'

/** Everything behind `POST /im` in this process: the table and its stream, send, process, tick, WeChat and Tencent IM. */
export interface NotifyWorld {
  readonly api: WeChatApi
  readonly im: TencentIm
  readonly lines: Record<string, unknown>[]
  /** Of function `send`. */
  readonly source: EventSource
  readonly table: WorldTable
  /** What function `im` writes with. */
  readonly notices: NoticeInbox
  readonly push: Pusher
  now(): number
  /** Instances of function `send` meet it from now on, those that are alive too. */
  meet(fate: Fate): void
  /** Calls of send that nobody answers. */
  readonly lose: Lossy['lose']
  /** From now on both APIs and the way to them are well. */
  mend(): void
  /** How often the stream tells of each record. */
  repeat(times: number): void
  /** Time passes; whatever becomes due in it is done. */
  pass(ms: number): Promise<void>
  /** Until nothing is held back and nothing waits: time passes as far as it must. */
  quiet(): Promise<void>
  /** No instance is warm, and nobody has a token. */
  cold(): Promise<void>
  close(): Promise<void>
}

/** A window of the stream; nothing that is under way needs to be looked at more often. */
const STEP = 10_000
/** IM notices within it that somebody is gone. */
const GONE = 60_000
/** From a failure to the next try. */
const TURNS = 4
/** Far more than any story needs. */
const MOST_STEPS = 400

/** With these settings in place of the defaults. */
export async function notifyWorld(env: Readonly<Record<string, string>> = {}): Promise<NotifyWorld> {
  const stack = stackClock(() => toMillis(NOW))
  const { clock } = stack
  const lines: Record<string, unknown>[] = []
  const log = jsonLog({ threshold: 'debug', clock, write: (line) => void lines.push(JSON.parse(line)) })
  const told: string[] = []
  let fate: Fate = () => false
  let copies = 1

  const table = await worldTable(clock, (record) => offer(record))
  const { client, aClient, name: tableName } = table
  const account = { appId: APP_ID, appSecret: new Secret('0123456789abcdef0123456789abcdef') }
  const api = await startWeChatApi({ account, clock, pushBack: (text) => void told.push(text) })
  const notices = dynamoNotices(client, tableName, clock)
  const im = await imWorld({ clock, notices, log })
  const push = pusher({ client, tableName, stack, api, pauseMs: 0 })
  const way = lossy()
  const { fetch } = way

  /** Whoever sleeps lets time pass. */
  const sleep: Sleep = async (span) => {
    stack.advance(Math.ceil(span))
    await nextTurn()
  }
  const settings = {
    IM_SDK_APP_ID: SDK_APP_ID,
    IM_SECRET_KEY: IM_SECRET,
    IM_ADMIN: ADMIN,
    IM_API_BASE: im.url,
    TABLE_NAME: tableName,
    NOTIFY_TEMPLATE: MESSAGED,
    ...env,
  }

  /** As functions/send/handler.ts. */
  function sendOf(mortal: Mortal): ReturnType<typeof noticesApp> {
    const own = mortal.client(aClient())
    const world = { fetch: mortal.fetch(fetch), clock, sleep, log }
    const work = dynamoWork(own, tableName, clock)
    const requests = {
      ...world,
      appId: APP_ID,
      identities: dynamoIdentities(own, tableName, APP_ID),
      random: () => 1,
      orders: dynamoOrders(own, tableName, clock),
      permit: (person: string, template: Parameters<typeof work.permit>[1]) => work.permit(person, template, false),
      sendSubscribeMessage: accountApi({ ...account, apiBase: api.url, tableName }, own, world).sendSubscribeMessage,
    }
    return noticesApp({ ...noticesOf(settings, own, requests), random: () => 1 })
  }

  const processing = processApp({
    ...{ fetch, clock, sleep, log },
    decide: deciderOf(NOTICE_RULES),
    work: dynamoWork(client, tableName, clock),
    messenger: messengerOf({ ...account, apiBase: api.url, tableName }, client, { fetch, clock, sleep, log }),
    handlers: {},
    appId: APP_ID,
    longTermTemplates: [],
    random: () => 1,
  })
  const sends = instances((crossing) => fate(crossing), sendOf)
  const processes = instances(
    () => false,
    () => processing,
  )
  /** A window ends when the clock has passed it, a pause after a failure at once. */
  const untilMoved = async (ms: number, signal: AbortSignal): Promise<void> => {
    if (ms === 0) return void (await nextTurn())
    if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  }
  const sourceOf = (functionName: string, { invoke }: typeof sends): EventSource =>
    startEventSource({
      settings: table.streamOf(functionName),
      functionName,
      clock,
      sleep: untilMoved,
      backoffMs: () => 0,
      invoke,
    })
  const source = sourceOf('send', sends)
  const pushes = sourceOf('process', processes)

  const offer = (record: StreamRecord): void => {
    pushes.offer(record)
    for (let copy = 0; copy < copies; copy += 1) source.offer(record)
  }

  /** Nobody is at work, and nobody who failed is about to be asked again. */
  async function atRest(): Promise<void> {
    for (let turns = 0; turns < TURNS; turns += 1) {
      await nextTurn()
      if (sends.busy() > 0) turns = 0
    }
  }

  /** Until nothing is under way; what is held back for a window, and what waits, goes on waiting. */
  async function settle(): Promise<void> {
    do {
      await im.catchUp()
      await source.catchUp()
      await atRest()
      await pushes.idle()
      for (const text of told.splice(0)) await push(JSON.parse(text))
    } while (!pushes.isIdle() || told.length > 0 || sends.busy() > 0)
  }

  const tick = tickApp({ due: dynamoDue(client, tableName), clock, log: { ...log, info: () => undefined } })

  /** One question, not one for each shard: it is asked at every step. */
  async function nextDue(): Promise<number> {
    const scan = new ScanCommand({ TableName: tableName, IndexName: 'due' })
    const { Items = [] } = await client.send(scan)
    return Math.min(...Items.map(({ dueAtMs }) => numberOf(dueAtMs)))
  }

  /** To the next moment at which something happens, but not beyond `until`. */
  async function step(until: number): Promise<void> {
    const dueAt = await nextDue()
    const soonest = source.isIdle() ? Math.max(dueAt, clock()) : clock() + STEP
    stack.advance(Math.max(0, Math.min(until, soonest) - clock()))
    if (dueAt <= clock()) await tick(() => millis(55_000))
    await settle()
  }

  async function pass(ms: number): Promise<void> {
    const until = clock() + ms
    await settle()
    while (clock() < until) await step(Math.min(until, clock() + (ms > GONE ? ms : STEP)))
  }

  async function quiet(): Promise<void> {
    await settle()
    for (let steps = 0; steps < MOST_STEPS; steps += 1) {
      if (source.isIdle() && (await nextDue()) === Number.POSITIVE_INFINITY) return
      await step(Number.POSITIVE_INFINITY)
    }
    throw new Error('there is no end of it')
  }

  return {
    api,
    im,
    lines,
    source,
    table,
    notices,
    push,
    now: clock,
    meet: (given) => {
      fate = given
    },
    lose: way.lose,
    mend: () => {
      way.mend()
      api.clearFailures()
      im.clearFailures()
    },
    repeat: (times) => {
      copies = times
    },
    pass,
    quiet,
    cold: async () => {
      sends.cold()
      await table.forget(api.url)
    },
    close: async () => {
      source.close()
      pushes.close()
      await im.close()
      await api.close()
      await table.close()
    },
  }
}
