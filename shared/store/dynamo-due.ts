import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { type Millis, millis } from '../kernel/time.ts'
import type { Due, Waiting } from './due.ts'
import { DUE_SHARDS, type Item, numberOf, readied } from './item.ts'
import type { ItemKey } from './key.ts'
import { unavailable } from './unavailable.ts'

const DEADLINE_MS = 5000

/** Due work in the index `due` of infra/table.yml. */
export function dynamoDue(client: DynamoDBClient, tableName: string): Due {
  async function* waiting(): AsyncIterable<readonly Waiting[]> {
    for (const shard of DUE_SHARDS) yield* pagesOf(shard)
  }

  async function* pagesOf(shard: string): AsyncIterable<readonly Waiting[]> {
    const query = {
      TableName: tableName,
      IndexName: 'due',
      KeyConditionExpression: 'dueShard = :shard',
      ExpressionAttributeValues: { ':shard': { S: shard } },
    }
    try {
      for await (const { Items = [] } of paginateQuery({ client }, query)) yield Items.map(waitingOf)
    } catch (cause) {
      throw unavailable(cause)
    }
  }

  async function ready(key: ItemKey, now: Millis): Promise<boolean> {
    const update = readied(key)
    const command = new UpdateItemCommand({
      TableName: tableName,
      ...update,
      ConditionExpression: `${update.ConditionExpression} AND dueAtMs <= :now`,
      ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ':now': { N: String(now) } },
    })
    try {
      await client.send(command, { abortSignal: AbortSignal.timeout(DEADLINE_MS) })
      return true
    } catch (cause) {
      if (cause instanceof ConditionalCheckFailedException) return false
      throw unavailable(cause)
    }
  }

  return { waiting, ready }
}

const waitingOf = ({ pk, sk, dueAtMs, acceptedAtMs }: Item): Waiting => ({
  key: { pk: pk?.S ?? '', sk: sk?.S ?? '' },
  dueAt: millis(numberOf(dueAtMs)),
  acceptedAt: millis(numberOf(acceptedAtMs)),
})
