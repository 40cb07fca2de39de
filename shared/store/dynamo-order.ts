import { randomUUID } from 'node:crypto'
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { type Clock, hours, type Millis, millis, seconds, toSeconds } from '../kernel/time.ts'
import { putTogether } from './dynamo-puts.ts'
import { expiry, type Item, isFree, isUnexpired, keyItem, numberOf, putOver } from './item.ts'
import type { ItemKey } from './key.ts'
import type { Order, OrderChanges, Orders } from './order.ts'
import { permitItem } from './person-item.ts'
import { tableCall } from './table-call.ts'

/** How long the same key gives the same outcome. */
const KEPT = hours(72)

/** On the table of infra/table.yml. */
export function dynamoOrders(client: DynamoDBClient, tableName: string, clock: Clock): Orders {
  async function order(key: ItemKey): Promise<Order | undefined> {
    const command = new GetItemCommand({ TableName: tableName, Key: keyItem(key), ConsistentRead: true })
    const { Item } = await tableCall((options) => client.send(command, options))
    return Item !== undefined && isUnexpired(Item, toSeconds(clock())) ? orderOf(Item) : undefined
  }

  async function commit({ key, order, permit }: OrderChanges): Promise<number | undefined> {
    const now = clock()
    const version = Math.max(now, order.version + 1, (permit?.permit.version ?? 0) + 1)
    const receipt = randomUUID()
    const puts = [orderPut(key, { ...order, version }, { before: order.version, now, receipt })]
    if (permit !== undefined) {
      const after = permitItem(permit.person, { ...permit.permit, version }, receipt)
      puts.push(putOver(permit.permit.version, after))
    }
    return (await putTogether(client, tableName, puts)) ? version : undefined
  }

  return { order, commit }
}

interface Writing {
  readonly before: number
  readonly now: Millis
  readonly receipt: string
}

/** A key that is forgotten is as good as new, whether or not DynamoDB has deleted it. */
function orderPut(key: ItemKey, order: Order, { before, now, receipt }: Writing) {
  const put = putOver(before, orderItem(key, order, now, receipt))
  if (before > 0) return put
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
