import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { localAccess, startTables } from '../../dev/emulator/dynamo.ts'
import type { StreamRecord } from '../../dev/emulator/dynamo-stream.ts'
import { startEventSource } from '../../dev/emulator/event-source.ts'
import { stackClock } from '../../dev/emulator/stack-clock.ts'
import { readTemplate } from '../../dev/emulator/template.ts'
import { startWeChatApi, type WeChatApi } from '../../dev/simulator/api/wechat-api.ts'
import { Secret } from '../../shared/kernel/secret.ts'
import { type Clock, type Millis, millis } from '../../shared/kernel/time.ts'
import type { WireDraft } from '../../shared/wechat/wire.ts'
import { account } from '../cases.ts'
import { functionsOf } from './functions.ts'
import { journal } from './journal.ts'
import { meterOf } from './meter.ts'
import { storedOf } from './stored.ts'
import { total, type Usage } from './usage.ts'

/** The functions with their real code, a table that says what it consumes, and a WeChat that answers. */
export interface CostWorld {
  readonly clock: Clock
  readonly endpoint: string
  readonly tableName: string
  readonly wechat: WeChatApi
  advance(span: Millis): void
  /** WeChat pushes this; resolves once it is worked off, as far as it can be now. */
  push(draft: WireDraft): Promise<void>
  /** WeChat pushes this, and nobody works on it: the record that the stream has of it. */
  accept(draft: WireDraft): Promise<StreamRecord>
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
  const wechat = await startWeChatApi({ account: { appId: account.appId, appSecret: SECRET }, clock })
  const client = new DynamoDBClient(localAccess(tables.endpoint))
  const table = meterOf(client)
  const tableName = template.tables[0]?.createTable.TableName ?? ''
  const { receive, tick, ofStream } = functionsOf({ client, tableName, clock, noted, wechat, secret: SECRET })
  const sources = Object.entries(ofStream).map(([functionName, invoke]) => {
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

  async function usageOf(work: () => Promise<void>): Promise<Usage> {
    table.take()
    noted.take()
    const before = wechat.outbox().length
    await work()
    const calls: Record<string, number> = {}
    for (const { path } of wechat.outbox().slice(before)) calls[path] = (calls[path] ?? 0) + 1
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
    push: async (draft) => {
      await receive(draft)
      await workOff()
    },
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
      await wechat.close()
      await tables.close()
    },
  }
}
