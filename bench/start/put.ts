// The least that a push can cost to start: a handler that only writes, with the client of functions/push/handler.ts.
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'

const client = new DynamoDBClient({
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 500, requestTimeout: 1000, throwOnRequestTimeout: true },
})

export async function handler(event: { readonly body: string }): Promise<{ statusCode: number }> {
  await client.send(
    new PutItemCommand({
      TableName: process.env.TABLE_NAME,
      Item: { pk: { S: 'openid#bench' }, sk: { S: 'push#bench' }, body: { S: event.body } },
      ConditionExpression: 'attribute_not_exists(pk)',
    }),
  )
  return { statusCode: 200 }
}
