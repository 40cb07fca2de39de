import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type Clock, hours, type Millis, millis, seconds, toSeconds } from '../kernel/time.ts'
import { itemAt } from './dynamo-reads.ts'
import { type Writing, writeTogether, writingOver } from './dynamo-writes.ts'
import { expiry, type Item, isFree, isUnexpired, keyItem, numberOf, putOver } from './item.ts'
import type { ItemKey } from './key.ts'
import type { Order, OrderChanges, Orders } from './order.ts'
import { permitPut } from './person-item.ts'

/** How long the same key gives the same outcome. */
const KEPT = hours(72)

/** On the table of infra/table.yml. */
export function dynamoOrders(client: DynamoDBClient, tableName: string, clock: Clock): Orders {
  async function order(key: ItemKey): Promise<Order | undefined> {
    const item = await itemAt(client, tableName, key)
    return item !== undefined && isUnexpired(item, toSeconds(clock())) ? orderOf(item) : undefined
  }

  async function commit({ key, order, permit }: OrderChanges): Promise<number | undefined> {
    const writing = writingOver([order.version, permit?.permit.version ?? 0], clock())
    const writes = [{ put: orderPut(key, order, writing) }]
    if (permit !== undefined) writes.push({ put: permitPut(permit, writing) })
    const isWritten = await writeTogether(client, tableName, writes, writing.receipt)
    return isWritten ? writing.version : undefined
  }

  return { order, commit }
}

/** A key that is forgotten is as good as new, whether or not DynamoDB has deleted it. */
function orderPut(key: ItemKey, order: Order, { now, version, receipt }: Writing) {
  const put = putOver(order.version, orderItem(key, { ...order, version }, now, receipt))
  if (order.version > 0) return put
  return { ...put, ...isFree(toSeconds(now)) }
}

const orderItem = (key: ItemKey, { version, digest, outcome, until }: Order, now: Millis, receipt: string): Item => ({
  ...keyItem(key),
  kind: { S: 'send' },
  version: { N: String(version) },
  digest: { S: digest },
  ...(outcome === undefined ? {} : { outcome: { S: outcome } }),
  untilMs: { N: String(until) },
  receipt: { S: receipt },
  ...expiry(seconds(toSeconds(now) + KEPT)),
})

const orderOf = ({ version, digest, outcome, untilMs }: Item): Order => ({
  version: numberOf(version),
  digest: digest?.S ?? '',
  ...(outcome?.S === undefined ? {} : { outcome: outcome.S }),
  until: millis(numberOf(untilMs)),
})
