import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { type Clock, type Seconds, toSeconds } from '../kernel/time.ts'
import { itemAt } from './dynamo-reads.ts'
import { keyItem, numberOf, TTL } from './item.ts'
import type { ItemKey } from './key.ts'
import type { MediaIds } from './media.ts'
import { isDone, tableCall } from './table-call.ts'

/** The media ids of an account (`accountOf`) in the table of infra/table.yml, each kept for `life`. */
export function dynamoMedia(
  client: DynamoDBClient,
  tableName: string,
  account: string,
  clock: Clock,
  life: Seconds,
): MediaIds {
  const itemKey = (key: string): ItemKey => ({ pk: `media#${account}`, sk: key })
  const target = (key: string) => ({ TableName: tableName, Key: keyItem(itemKey(key)) })

  return {
    async find(key) {
      const item = await itemAt(client, tableName, itemKey(key))
      // DynamoDB deletes late.
      return numberOf(item?.[TTL]) > toSeconds(clock()) ? item?.mediaId?.S : undefined
    },
    async keep(key, mediaId) {
      const command = new UpdateItemCommand({
        ...target(key),
        UpdateExpression: 'SET kind = :kind, mediaId = :mediaId, #ttl = :expires',
        ExpressionAttributeNames: { '#ttl': TTL },
        ExpressionAttributeValues: {
          ':kind': { S: 'media' },
          ':mediaId': { S: mediaId },
          ':expires': { N: String(toSeconds(clock()) + life) },
        },
      })
      await tableCall((options) => client.send(command, options))
    },
    async forget(key, mediaId) {
      const command = new UpdateItemCommand({
        ...target(key),
        ConditionExpression: 'mediaId = :mediaId',
        UpdateExpression: 'REMOVE mediaId',
        ExpressionAttributeValues: { ':mediaId': { S: mediaId } },
      })
      await isDone(tableCall((options) => client.send(command, options)))
    },
  }
}
