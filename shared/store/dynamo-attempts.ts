import { randomUUID } from 'node:crypto'
import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { hmacSha256 } from '../kernel/bytes.ts'
import type { Secret } from '../kernel/secret.ts'
import { type Clock, minutes, seconds, toSeconds } from '../kernel/time.ts'
import { type Attempts, CODE_KEPT, COUNT_KEPT, LOGINS_A_MINUTE, networkOf } from './attempts.ts'
import { expiry, isFree, keyItem, TTL } from './item.ts'
import { loginCodeKey, loginsFromKey } from './key.ts'
import { isDone, tableCall } from './table-call.ts'

/**
 * Attempts in the table of infra/table.yml, one write each. The pepper makes hashes of addresses, of which there are few, worth
 * nothing to whoever reads the table.
 */
export function dynamoAttempts(client: DynamoDBClient, tableName: string, clock: Clock, pepper: Secret): Attempts {
  const table = { TableName: tableName }
  const hashOf = (what: string, text: string): string =>
    hmacSha256(pepper.reveal(), `weapp-push ${what} 1\n${text}`).toString('hex')

  /** Those whose share this instance knows to be used up, in one minute. */
  const spent = { minute: 0, hashes: new Set<string>() }

  async function count(address: string): Promise<boolean> {
    const now = clock()
    const minute = Math.floor(now / minutes(1))
    if (spent.minute !== minute) Object.assign(spent, { minute, hashes: new Set() })
    const hash = hashOf('address', networkOf(address))
    if (spent.hashes.has(hash)) return false
    const command = new UpdateItemCommand({
      ...table,
      Key: keyItem(loginsFromKey(hash, minute)),
      UpdateExpression: 'SET kind = :kind, #ttl = :expires ADD logins :one',
      ConditionExpression: 'attribute_not_exists(logins) OR logins < :most',
      ExpressionAttributeNames: { '#ttl': TTL },
      ExpressionAttributeValues: {
        ':kind': { S: 'login' },
        ':expires': { N: String(toSeconds(now) + COUNT_KEPT) },
        ':one': { N: '1' },
        ':most': { N: String(LOGINS_A_MINUTE) },
      },
    })
    const isWithin = await isDone(tableCall((options) => client.send(command, options)))
    if (!isWithin) spent.hashes.add(hash)
    return isWithin
  }

  async function take(code: string): Promise<boolean> {
    const now = toSeconds(clock())
    const receipt = randomUUID()
    const command = new PutItemCommand({
      ...table,
      Item: {
        ...keyItem(loginCodeKey(hashOf('code', code))),
        kind: { S: 'login' },
        receipt: { S: receipt },
        ...expiry(seconds(now + CODE_KEPT)),
      },
      ...isFree(now),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
    return await isDone(
      tableCall((options) => client.send(command, options)),
      receipt,
    )
  }

  return { count, take }
}
