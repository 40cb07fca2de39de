import { randomUUID } from 'node:crypto'
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { UserId } from '../kernel/ids.ts'
import type { Platform } from '../kernel/platform.ts'
import { type Clock, type Seconds, toSeconds } from '../kernel/time.ts'
import { type Item, isFree, keyItem } from './item.ts'
import { presenceKey } from './key.ts'
import type { NoticeInbox, Receipt, StateChange } from './notice.ts'
import {
  lateLoginItem,
  loginName,
  mentionItem,
  newsOf,
  noticeItem,
  presenceItem,
  presenceOf,
  readItem,
  recalledItem,
  type Stamp,
} from './notice-item.ts'
import { isOwnWrite, tableUnavailable } from './table-call.ts'

/** IM waits 2 s, and does not always try again. */
const WRITE_DEADLINE_MS = 1500
/** A person's clients come and go; more than that between one write and the next do not. */
const MOST_TRIES = 3

interface Condition {
  readonly ConditionExpression: string
  readonly ExpressionAttributeValues: Item
}

/** What IM tells, in the table of infra/table.yml: one write each, no read. */
export function dynamoNotices(client: DynamoDBClient, tableName: string, clock: Clock): NoticeInbox {
  const stampOf = (): Stamp => ({ at: clock(), receipt: randomUUID() })

  async function put(itemOf: (stamp: Stamp) => Item, or?: Condition): Promise<Receipt> {
    const stamp = stampOf()
    const command = new PutItemCommand({
      TableName: tableName,
      Item: itemOf(stamp),
      ...freeOr(toSeconds(stamp.at), or),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
    const found = await write((options) => client.send(command, options), stamp)
    return found === undefined ? 'new' : 'seen'
  }

  async function change(news: StateChange, signal: AbortSignal, tries = 1): Promise<Receipt> {
    const stamp = stampOf()
    const command = new UpdateItemCommand({ TableName: tableName, ...presenceUpdate(news, stamp) })
    const found = await write((options) => client.send(command, options), stamp, signal)
    if (found === undefined) return 'new'
    // What it found is newer than it, or newer than what it says of one of those logged out.
    const rest = newsOf(news, presenceOf(found))
    if (rest === undefined) return noteLogin(news, found, signal)
    return tries === MOST_TRIES ? 'seen' : change(rest, signal, tries + 1)
  }

  async function noteLogin(login: StateChange, known: Item, signal: AbortSignal): Promise<Receipt> {
    const stamp = stampOf()
    const item = lateLoginItem(login, known, stamp)
    if (item === undefined) return 'seen'
    const command = new UpdateItemCommand({ TableName: tableName, ...lateLoginUpdate(login, item) })
    return (await write((options) => client.send(command, options), stamp, signal)) === undefined ? 'new' : 'seen'
  }

  return {
    notice: (notice) => put((stamp) => noticeItem(notice, stamp)),
    mention: (mention) => put((stamp) => mentionItem(mention, stamp)),
    recall: (message) => put((stamp) => recalledItem(message, stamp), NOT_RECALLED),
    read: (reading) => put((stamp) => readItem(reading, stamp), readBefore(reading.until)),
    stateChange: (told) => change(newsOf(told, undefined) ?? told, AbortSignal.timeout(WRITE_DEADLINE_MS)),
  }
}

/**
 * The item that a condition met and did not hold for; nothing when it is written.
 * @throws {Fault} TABLE_UNAVAILABLE
 */
async function write(
  send: (options: { abortSignal: AbortSignal }) => Promise<unknown>,
  { receipt }: Stamp,
  abortSignal = AbortSignal.timeout(WRITE_DEADLINE_MS),
): Promise<Item | undefined> {
  try {
    await send({ abortSignal })
    return undefined
  } catch (cause) {
    if (isOwnWrite(cause, receipt)) return undefined
    if (!(cause instanceof ConditionalCheckFailedException)) throw tableUnavailable(cause)
    return cause.Item ?? {}
  }
}

const NOT_RECALLED: Condition = {
  ConditionExpression: 'attribute_not_exists(outcome) OR outcome <> :recalled',
  ExpressionAttributeValues: { ':recalled': { S: 'recalled' } },
}

const readBefore = (until: Seconds): Condition => ({
  ConditionExpression: 'lastReadSec < :until',
  ExpressionAttributeValues: { ':until': { N: String(until) } },
})

function freeOr(now: Seconds, or?: Condition): Condition {
  const free = isFree(now)
  if (or === undefined) return free
  return {
    ConditionExpression: `${free.ConditionExpression} OR ${or.ConditionExpression}`,
    ExpressionAttributeValues: { ...free.ExpressionAttributeValues, ...or.ExpressionAttributeValues },
  }
}

/** Sets the members of the platforms that change; the condition says of each what {@link newsOf} says. */
function presenceUpdate(news: StateChange, stamp: Stamp) {
  const { pk: _pk, sk: _sk, ...members } = presenceItem(news, stamp)
  return updateOf(news.userId, members, freeOr(toSeconds(stamp.at), isNews(news)))
}

/** Whoever is online stays as it is. */
function lateLoginUpdate({ userId, platform }: StateChange, members: Item) {
  const name = loginName(platform)
  const ConditionExpression = `attribute_not_exists(#${name}) OR #${name} < :${name}`
  return updateOf(userId, members, { ConditionExpression, ExpressionAttributeValues: {} })
}

function updateOf(userId: UserId, members: Item, { ConditionExpression, ExpressionAttributeValues }: Condition) {
  const names = Object.keys(members)
  return {
    Key: keyItem(presenceKey(userId)),
    UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
    ConditionExpression,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...ExpressionAttributeValues,
      ...Object.fromEntries(Object.entries(members).map(([name, value]) => [`:${name}`, value])),
    },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  }
}

/** AND binds more than OR, and DynamoDB refuses parentheses that say nothing. */
function isNews({ platform, isOnline, kicked }: StateChange): Condition {
  const isBefore = (each: Platform, than: '<' | '<='): string =>
    `attribute_not_exists(#${each}AtMs) OR #${each}AtMs ${than} :${each}AtMs`
  const tie = isOnline ? '' : ` OR #${platform}AtMs = :${platform}AtMs AND #${platform}Online = :online`
  const all = [`${isBefore(platform, '<')}${tie}`, ...kicked.map((each) => isBefore(each, '<='))]
  return {
    ConditionExpression: all.map((each) => `(${each})`).join(' AND '),
    ExpressionAttributeValues: isOnline ? {} : { ':online': { BOOL: true } },
  }
}
