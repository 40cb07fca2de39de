import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import type { putOver } from './item.ts'
import { isDone, tableCall } from './table-call.ts'

type Put = ReturnType<typeof putOver>

/**
 * Writes all of them, or none when one is no more as it was read.
 * @throws {Fault} TABLE_UNAVAILABLE
 */
export async function putTogether(client: DynamoDBClient, tableName: string, puts: readonly Put[]): Promise<boolean> {
  const [only, ...others] = puts.map((put) => ({ TableName: tableName, ...put }))
  if (only === undefined) return true
  if (others.length === 0) return await putAlone(client, only)
  // The SDK gives the transaction a token, so that a repeated call is the same one.
  const command = new TransactWriteItemsCommand({ TransactItems: [only, ...others].map((Put) => ({ Put })) })
  return await isDone(tableCall((options) => client.send(command, options)))
}

async function putAlone(client: DynamoDBClient, put: Put & { readonly TableName: string }): Promise<boolean> {
  const command = new PutItemCommand({ ...put, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })
  const written = tableCall((options) => client.send(command, options)).catch((cause: unknown) => {
    // The SDK repeats a call whose answer was lost; what it then finds may be its own write.
    const isOwn = cause instanceof ConditionalCheckFailedException && cause.Item?.receipt?.S === put.Item.receipt?.S
    if (!isOwn) throw cause
  })
  return await isDone(written)
}
