import { setImmediate as nextTurn } from 'node:timers/promises'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { localAccess, startTables } from '../../dev/emulator/dynamo.ts'
import type { StreamRecord } from '../../dev/emulator/dynamo-stream.ts'
import { startEventSource } from '../../dev/emulator/event-source.ts'
import { stackClock } from '../../dev/emulator/stack-clock.ts'
import { readTemplate } from '../../dev/emulator/template.ts'
import { startWeChatApi, type WeChatApi } from '../../dev/simulator/api/wechat-api.ts'
import type { TencentIm } from '../../dev/simulator/im/tencent-im.ts'
import { Secret } from '../../shared/kernel/secret.ts'
import { type Clock, type Millis, millis } from '../../shared/kernel/time.ts'
import type { WireDraft } from '../../shared/wechat/wire.ts'
import { account } from '../cases.ts'
import { chatOf } from './chat.ts'
import { functionsOf } from './functions.ts'
import { imFunctionsOf } from './im-functions.ts'
import { journal } from './journal.ts'
import { meterOf } from './meter.ts'
import { storedOf } from './stored.ts'
import { total, type Usage } from './usage.ts'

/** The functions with their real code, a table that says what it consumes, a WeChat and a Tencent IM that answer. */
export interface CostWorld {
  readonly clock: Clock
  readonly endpoint: string
  readonly tableName: string
  readonly wechat: WeChatApi
  /** Its callbacks are accepted at once; {@link settle} works them off. */
  readonly im: TencentIm
  advance(span: Millis): void
  /** WeChat pushes this; resolves once it is worked off, as far as it can be now. */
  push(draft: WireDraft): Promise<void>
  /** The same with what WeChat has to tell of the messages that it was given. */
  pushBack(): Promise<void>
  /** WeChat pushes this, and nobody works on it: the record that the stream has of it. */
  accept(draft: WireDraft): Promise<StreamRecord>
  /** Works off all that was written, as one batch of the stream. */
  settle(): Promise<void>
  /** `POST /login` and `POST /send`: the answer. */
  login(asked: object): Promise<string>
  send(asked: object): Promise<string>
  /** One minute's tick, and the work that it makes ready. */
  tick(): Promise<void>
  /** What that used. */
  usageOf(work: () => Promise<void>): Promise<Usage>
  /** Bytes of a person's items, by kind. */
  stored(openId: string): Promise<Readonly<Record<string, number>>>
  close(): Promise<void>
}

/** Time stands still unless it is moved, so that every run stores and consumes the same. */
const START = millis(1_760_000_000_123)
export const SECRET = new Secret('0123456789abcdef0123456789abcdef')

export async function costWorld(real: Clock = () => START): Promise<CostWorld> {
  const template = readTemplate('.', {})
  const { clock, advance } = stackClock(real)
  const noted = journal()
  let held: StreamRecord[] = []
  const onRecord = (record: StreamRecord): void => {
    noted.record()
    held.push(record)
  }
  const tables = await startTables({ tables: template.tables, clock, onRecord })
  await tables.ready()
  const told: string[] = []
  const wechat = await startWeChatApi({
    account: { appId: account.appId, appSecret: SECRET },
    clock,
    pushBack: (text) => void told.push(text),
  })
  const client = new DynamoDBClient(localAccess(tables.endpoint))
  const table = meterOf(client)
  const tableName = template.tables[0]?.createTable.TableName ?? ''
  const surroundings = { client, tableName, clock, noted, wechat, secret: SECRET }
  const { receive, tick, ofStream } = functionsOf(surroundings)
  const im = await chatOf(surroundings)
  const { login, send, ofStream: ofNotices } = imFunctionsOf(surroundings, im.url)
  const sources = Object.entries({ ...ofStream, ...ofNotices }).map(([functionName, invoke]) => {
    const [settings] = template.functions.find(({ name }) => name === functionName)?.streams ?? []
    if (settings === undefined) throw new Error(`serverless.yml has no stream of ${functionName}`)
    return startEventSource({ settings, functionName, clock, invoke })
  })

  /** The stream tells when the writer has its answer. */
  async function workOff(): Promise<void> {
    while (held.length > 0) {
      const records = held
      held = []
      for (const source of sources) for (const record of records) source.offer(record)
      await Promise.all(sources.map((source) => source.idle()))
    }
    if (sources.some((source) => source.discarded().length > 0)) throw new Error('records were given up')
  }

  async function push(draft: WireDraft): Promise<void> {
    await receive(draft)
    await workOff()
  }

  async function usageOf(work: () => Promise<void>): Promise<Usage> {
    table.take()
    noted.take()
    const before = [wechat, im].map(({ outbox }) => outbox().length)
    await work()
    const made = [wechat, im].flatMap(({ outbox }, which) => outbox().slice(before[which]))
    const calls: Record<string, number> = {}
    for (const { path } of made) calls[path] = (calls[path] ?? 0) + 1
    const usage = { table: table.take(), calls, ...noted.take() }
    if (total(usage.invocations) === 0) throw new Error('nothing was measured')
    return usage
  }

  return {
    clock,
    endpoint: tables.endpoint,
    tableName,
    wechat,
    advance,
    im,
    login,
    send,
    push,
    pushBack: async () => {
      // WeChat tells a turn later.
      await nextTurn()
      for (const text of told.splice(0)) await push(JSON.parse(text))
    },
    settle: workOff,
    accept: async (draft) => {
      // What others wrote meanwhile is not it.
      held = []
      await receive(draft)
      const [record] = held
      held = []
      if (record === undefined) throw new Error('the push was not written')
      return record
    },
    tick: async () => {
      await tick()
      await workOff()
    },
    usageOf,
    stored: (openId) => storedOf(tables.client, tableName, openId),
    close: async () => {
      for (const source of sources) source.close()
      client.destroy()
      await im.close()
      await wechat.close()
      await tables.close()
    },
  }
}
