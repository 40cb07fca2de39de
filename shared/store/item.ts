import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Millis, Seconds } from '../kernel/time.ts'
import { type InboxPush, pushKey } from './inbox.ts'

type Item = Record<string, AttributeValue>

/** What is known of a push when it is written. */
export interface PushReceipt {
  readonly acceptedAt: Millis
  readonly expiresAt: Seconds
  /** Tells our own write from another's when a retried call finds an item. */
  readonly receipt: string
}

/** `kind` and `state` are what a filter on the table's stream reads: a ready push is work. */
export const pushItem = (push: InboxPush, { acceptedAt, expiresAt, receipt }: PushReceipt): Item => ({
  ...keyItem(push),
  kind: { S: 'push' },
  state: { S: 'ready' },
  message: { S: push.message },
  format: { S: push.format },
  sealed: { BOOL: push.sealed },
  body: { S: push.text },
  signedAtSec: { N: String(push.signedAt) },
  acceptedAtMs: { N: String(acceptedAt) },
  attempts: { N: '0' },
  receipt: { S: receipt },
  expiresAtSec: { N: String(expiresAt) },
})

function keyItem(push: InboxPush): Item {
  const { pk, sk } = pushKey(push)
  return { pk: { S: pk }, sk: { S: sk } }
}

/** Absent, or past its time: DynamoDB deletes late, so the condition reads the clock. */
export const isFree = (now: Seconds) => ({
  ConditionExpression: 'attribute_not_exists(pk) OR expiresAtSec <= :now',
  ExpressionAttributeValues: { ':now': { N: String(now) } },
})

/** The attribute by which the table forgets an item; its items are read with the clock in hand all the same. */
export const TTL = 'expiresAtSec'
