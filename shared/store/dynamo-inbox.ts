import { randomUUID } from 'node:crypto'
import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { type Clock, type Seconds, toSeconds } from '../kernel/time.ts'
import { forgetAt, type Inbox, type InboxPush } from './inbox.ts'
import { isFree, pushItem } from './item.ts'
import { isOwnWrite, tableUnavailable } from './table-call.ts'

/** WeChat waits 5 s for an answer: past this the push counts as not written and WeChat tries again. */
const WRITE_DEADLINE_MS = 3000

/** An inbox in the table of infra/table.yml: one PutItem a push, no read. */
export function dynamoInbox(client: DynamoDBClient, tableName: string, clock: Clock, retention: Seconds): Inbox {
  return {
    async accept(push) {
      const receipt = randomUUID()
      try {
        await client.send(putCommand(push, receipt), { abortSignal: AbortSignal.timeout(WRITE_DEADLINE_MS) })
        return 'new'
      } catch (cause) {
        if (!(cause instanceof ConditionalCheckFailedException)) throw tableUnavailable(cause)
        return isOwnWrite(cause, receipt) ? 'new' : 'seen'
      }
    },
  }

  function putCommand(push: InboxPush, receipt: string): PutItemCommand {
    const acceptedAt = clock()
    const now = toSeconds(acceptedAt)
    return new PutItemCommand({
      TableName: tableName,
      Item: pushItem(push, { acceptedAt, forgetAt: forgetAt(push, now, retention), receipt }),
      ...isFree(now),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
  }
}
