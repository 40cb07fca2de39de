// The least that a push can cost to start: a handler that does the put of functions/push and nothing else.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { hours, seconds, systemClock, toSeconds } from '../../shared/kernel/time.ts'
import { dynamoInbox } from '../../shared/store/dynamo-inbox.ts'

const client = new DynamoDBClient({
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 500, requestTimeout: 1000, throwOnRequestTimeout: true },
})
const inbox = dynamoInbox(client, process.env.TABLE_NAME ?? '', systemClock, hours(72))

export async function handler(event: { readonly body: string }): Promise<{ statusCode: number }> {
  const signedAt = seconds(toSeconds(systemClock()))
  const push = {
    appId: 'wx',
    openId: 'o',
    dedupKey: 'bench',
    message: 'text',
    format: 'json',
    sealed: true,
    isConversation: true,
    signedAt,
  }
  await inbox.accept({ ...push, text: event.body })
  return { statusCode: 200 }
}
