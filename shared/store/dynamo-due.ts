import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { type Millis, millis } from '../kernel/time.ts'
import type { Due, Waiting } from './due.ts'
import { pagesOf } from './dynamo-reads.ts'
import { DUE_SHARDS, type Item, keyOf, numberOf, readied } from './item.ts'
import type { ItemKey } from './key.ts'
import { isDone, tableCall } from './table-call.ts'

/** Due work in the index `due` of infra/table.yml. */
export function dynamoDue(client: DynamoDBClient, tableName: string): Due {
  async function* waiting(): AsyncIterable<readonly Waiting[]> {
    for (const shard of DUE_SHARDS) {
      const query = {
        TableName: tableName,
        IndexName: 'due',
        KeyConditionExpression: 'dueShard = :shard',
        ExpressionAttributeValues: { ':shard': { S: shard } },
      }
      for await (const page of pagesOf(client, query)) yield page.map(waitingOf)
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
    return await isDone(tableCall((options) => client.send(command, options)))
  }

  return { waiting, ready }
}

const waitingOf = ({ dueAtMs, acceptedAtMs, ...item }: Item): Waiting => ({
  key: keyOf(item),
  dueAt: millis(numberOf(dueAtMs)),
  ...(acceptedAtMs === undefined ? {} : { acceptedAt: millis(numberOf(acceptedAtMs)) }),
})
