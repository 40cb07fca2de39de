import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { type Clock, type Seconds, toSeconds } from '../kernel/time.ts'
import { TTL } from './item.ts'
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
  const target = (key: string) => ({ TableName: tableName, Key: { pk: { S: `media#${account}` }, sk: { S: key } } })

  return {
    async find(key) {
      const command = new GetItemCommand({ ...target(key), ConsistentRead: true })
      const { Item = {} } = await tableCall((options) => client.send(command, options))
      // DynamoDB deletes late.
      return Number(Item[TTL]?.N ?? 0) > toSeconds(clock()) ? Item.mediaId?.S : undefined
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
