import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { type Millis, millis, type Seconds, seconds } from '../kernel/time.ts'
import { type InboxPush, pushKey } from './inbox.ts'
import type { ItemKey } from './key.ts'
import type { Progress } from './window.ts'
import type { PushState, Settlement, Task } from './work.ts'

export type Item = Record<string, AttributeValue>

/** What is known of a push when it is written. */
export interface PushReceipt {
  readonly acceptedAt: Millis
  readonly forgetAt: Seconds
  /** Tells our own write from another's when a retried call finds an item. */
  readonly receipt: string
}

export const keyItem = ({ pk, sk }: ItemKey): Item => ({ pk: { S: pk }, sk: { S: sk } })

export const keyOf = ({ pk, sk }: Item): ItemKey => ({ pk: pk?.S ?? '', sk: sk?.S ?? '' })

/** A put over what was read: version 0 was not there. */
export const putOver = (version: number, item: Item) => ({
  Item: item,
  ...(version === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: 'version = :before',
        ExpressionAttributeValues: { ':before': { N: String(version) } },
      }),
})

/**
 * `kind` and `state` are what a filter on the table's stream reads: a ready push is work. It expires when it is done and may be
 * forgotten; work that is not done never does.
 */
export const pushItem = (push: InboxPush, { acceptedAt, forgetAt, receipt }: PushReceipt): Item => ({
  ...keyItem(pushKey(push)),
  kind: { S: 'push' },
  state: { S: 'ready' },
  message: { S: push.message },
  format: { S: push.format },
  sealed: { BOOL: push.sealed },
  body: { S: push.text },
  signedAtSec: { N: String(push.signedAt) },
  acceptedAtMs: { N: String(acceptedAt) },
  ...(push.isConversation ? { openAtMs: { N: String(acceptedAt) } } : {}),
  attempts: { N: '0' },
  receipt: { S: receipt },
  forgetAtSec: { N: String(forgetAt) },
})

/** Absent, or past its time: DynamoDB deletes late, so the condition reads the clock. */
export const isFree = (now: Seconds) => ({
  ConditionExpression: 'attribute_not_exists(pk) OR expiresAtSec <= :now',
  ExpressionAttributeValues: { ':now': { N: String(now) } },
})

/** Not past its time: what DynamoDB has not deleted yet is as good as gone. */
export const isUnexpired = ({ expiresAtSec }: Item, now: Seconds): boolean =>
  expiresAtSec === undefined || numberOf(expiresAtSec) > now

/** The member of an item that ends it; an item without it stays. */
export const expiry = (at: Seconds | undefined): Item => (at === undefined ? {} : { expiresAtSec: { N: String(at) } })

export const numberOf = (value: AttributeValue | undefined): number => Number(value?.N ?? 0)

export const taskOf = (key: ItemKey, item: Item): Task => ({
  key,
  state: (item.state?.S ?? 'done') as PushState,
  text: item.body?.S ?? '',
  signedAt: seconds(numberOf(item.signedAtSec)),
  acceptedAt: millis(numberOf(item.acceptedAtMs)),
  attempts: numberOf(item.attempts),
  ...progressOf(item.progress?.S),
})

function progressOf(text = 'null'): Pick<Task, 'progress'> {
  const progress: Progress | null = JSON.parse(text)
  return progress === null ? {} : { progress }
}

/** Waiting work is spread over few partitions of the index `due`; each tick reads them all. */
export const DUE_SHARDS = ['0', '1', '2', '3'] as const

/** Pushes differ in the end of their sort key, what is known of a person in that of the partition key. */
const shardOf = ({ pk, sk }: ItemKey): string => DUE_SHARDS[(lastOf(pk) + lastOf(sk)) % DUE_SHARDS.length] ?? '0'

const lastOf = (text: string): number => text.codePointAt(text.length - 1) ?? 0

/** By which tick finds it. */
export const dueMembers = (key: ItemKey, at: Millis): Item => ({
  dueShard: { S: shardOf(key) },
  dueAtMs: { N: String(at) },
})

/** One update of one item: the members that UpdateItem and a transaction's Update have in common. */
export interface ItemUpdate {
  readonly Key: Item
  readonly UpdateExpression: string
  readonly ConditionExpression: string
  readonly ExpressionAttributeNames: Record<string, string>
  readonly ExpressionAttributeValues: Item
}

const STATE = { '#state': 'state' }

/** What has been settled meanwhile, or tried once more, is not settled again. */
export function settlement(task: Task, as: Settlement, receipt: string): ItemUpdate {
  const counts = as.state !== 'waiting' || as.isAttempt
  const { set, remove, values } = ended(task.key, as)
  return {
    Key: keyItem(task.key),
    UpdateExpression: `SET #state = :state, attempts = :attempts, receipt = :receipt, ${set} REMOVE ${remove}`,
    ConditionExpression: '#state IN (:ready, :waiting) AND attempts = :before',
    ExpressionAttributeNames: STATE,
    ExpressionAttributeValues: {
      ':state': { S: as.state },
      ':ready': { S: 'ready' },
      ':waiting': { S: 'waiting' },
      ':before': { N: String(task.attempts) },
      ':attempts': { N: String(task.attempts + (counts ? 1 : 0)) },
      ':receipt': { S: receipt },
      ...values,
    },
  }
}

function ended(key: ItemKey, as: Settlement): { set: string; remove: string; values: Item } {
  switch (as.state) {
    case 'done':
      return {
        set: 'outcome = :outcome, expiresAtSec = forgetAtSec',
        remove: 'reason, progress, openAtMs, dueShard, dueAtMs',
        values: { ':outcome': { S: as.outcome } },
      }
    case 'failed':
      return {
        set: 'reason = :reason, progress = :progress',
        remove: 'openAtMs, dueShard, dueAtMs',
        values: { ':reason': { S: as.reason }, ':progress': { S: JSON.stringify(as.progress ?? null) } },
      }
    case 'waiting':
      return {
        set: 'reason = :reason, dueShard = :shard, dueAtMs = :due',
        remove: 'outcome',
        values: {
          ':reason': { S: as.reason },
          ':shard': { S: shardOf(key) },
          ':due': { N: String(as.dueAt) },
        },
      }
  }
}

/** Its time has come, or the one before it is over. */
export const readied = (key: ItemKey): ItemUpdate => ({
  Key: keyItem(key),
  UpdateExpression: 'SET #state = :ready REMOVE dueShard, dueAtMs',
  ConditionExpression: '#state = :waiting',
  ExpressionAttributeNames: STATE,
  ExpressionAttributeValues: { ':ready': { S: 'ready' }, ':waiting': { S: 'waiting' } },
})

/** Ready, and nobody works on it: any change makes the stream tell of it anew. */
export const woken = (key: ItemKey, now: Millis): ItemUpdate => ({
  Key: keyItem(key),
  UpdateExpression: 'SET wokenAtMs = :now',
  ConditionExpression: '#state = :ready',
  ExpressionAttributeNames: STATE,
  ExpressionAttributeValues: { ':ready': { S: 'ready' }, ':now': { N: String(now) } },
})

interface Replay {
  readonly from: PushState
  readonly isConversation: boolean
  readonly now: Millis
}

/** Somebody wants it tried again, from the first attempt; the moment makes the stream tell of one that was ready already. */
export const replayed = (key: ItemKey, { from, isConversation, now }: Replay): ItemUpdate => ({
  Key: keyItem(key),
  UpdateExpression: `SET #state = :ready, attempts = :none, replayedAtMs = :now${isConversation ? ', openAtMs = acceptedAtMs' : ''}
    REMOVE dueShard, dueAtMs, reason`,
  ConditionExpression: '#state = :from',
  ExpressionAttributeNames: STATE,
  ExpressionAttributeValues: {
    ':ready': { S: 'ready' },
    ':from': { S: from },
    ':none': { N: '0' },
    ':now': { N: String(now) },
  },
})

/** What is left of an erased push: that it came once. */
export const erased = (key: ItemKey): ItemUpdate => ({
  Key: keyItem(key),
  UpdateExpression:
    'SET #state = :done, outcome = :erased, expiresAtSec = forgetAtSec REMOVE body, reason, progress, dueShard, dueAtMs, receipt',
  ConditionExpression: '#state IN (:done, :failed)',
  ExpressionAttributeNames: STATE,
  ExpressionAttributeValues: { ':done': { S: 'done' }, ':failed': { S: 'failed' }, ':erased': { S: 'erased' } },
})

/** The attribute by which the table forgets an item; its items are read with the clock in hand all the same. */
export const TTL = 'expiresAtSec'
