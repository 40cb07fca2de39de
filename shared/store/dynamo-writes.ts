import { randomUUID } from 'node:crypto'
import {
  type DynamoDBClient,
  type Put,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { Millis } from '../kernel/time.ts'
import type { Item, ItemUpdate } from './item.ts'
import { isDone, tableCall } from './table-call.ts'
import { versionOver } from './version.ts'

/** One item, written or updated, if it is as it was read. */
export interface Write {
  readonly put?: Pick<Put, 'ConditionExpression' | 'ExpressionAttributeValues'> & { readonly Item: Item }
  readonly update?: ItemUpdate
}

/** What the items that are written together have in common. */
export interface Writing {
  readonly now: Millis
  readonly version: number
  /** Tells our own write from another's when a repeated call finds an item. */
  readonly receipt: string
}

/** The next write over these versions. */
export const writingOver = (before: readonly number[], now: Millis): Writing => ({
  now,
  version: versionOver(before, now),
  receipt: randomUUID(),
})

/**
 * Writes all of them, or none when one is no more as it was read; a single one carries the receipt.
 * @throws {Fault} TABLE_UNAVAILABLE
 */
export async function writeTogether(
  client: DynamoDBClient,
  tableName: string,
  writes: readonly Write[],
  receipt: string,
): Promise<boolean> {
  const [only, ...others] = writes
  if (only === undefined) return true
  return others.length === 0
    ? await writeAlone(client, tableName, only, receipt)
    : await transact(client, tableName, writes)
}

async function writeAlone(
  client: DynamoDBClient,
  tableName: string,
  { put, update }: Write,
  receipt: string,
): Promise<boolean> {
  const table = { TableName: tableName, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const
  const written = tableCall(async (options) => {
    if (put !== undefined) await client.send(new PutItemCommand({ ...table, ...put }), options)
    if (update !== undefined) await client.send(new UpdateItemCommand({ ...table, ...update }), options)
  })
  return await isDone(written, receipt)
}

/**
 * The same for several, which need no receipt: the SDK gives the transaction a token, so that a repeated call is the same one.
 * @throws {Fault} TABLE_UNAVAILABLE
 */
export async function transact(client: DynamoDBClient, tableName: string, writes: readonly Write[]): Promise<boolean> {
  const table = { TableName: tableName }
  const TransactItems = writes.map(({ put, update }) => ({
    ...(put === undefined ? {} : { Put: { ...table, ...put } }),
    ...(update === undefined ? {} : { Update: { ...table, ...update } }),
  }))
  return await isDone(tableCall((options) => client.send(new TransactWriteItemsCommand({ TransactItems }), options)))
}
