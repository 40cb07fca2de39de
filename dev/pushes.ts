import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { readPushText } from '../shared/wechat/receive.ts'
import type { WireTree } from '../shared/wechat/wire.ts'
import type { Stack } from './stack.ts'

/** One accepted push, as `GET /_dev/pushes` shows it. */
export interface PushRecord {
  readonly key: string
  readonly kind: string
  readonly format: string
  readonly sealed: boolean
  /** How often it came, the first time included. */
  readonly deliveries: number
  readonly receivedAt: string
  /** `ready`, `waiting`, `done` or `failed`. */
  readonly state: string
  /** How often it was worked on and came to an end. */
  readonly attempts: number
  readonly fields: WireTree
}

type Item = Readonly<Record<string, AttributeValue>>

const itemKey = (item: Item): string => `${item.pk?.S}/${item.sk?.S}`

/** What the table holds, newest last. */
export async function listPushes({
  items,
  deliveries,
}: Pick<Stack, 'items' | 'deliveries'>): Promise<readonly PushRecord[]> {
  return pushRecords(await items(), (key) => deliveries.get(key) ?? 0)
}

/** Newest last. */
export function pushRecords(items: readonly Item[], deliveriesOf: (key: string) => number): readonly PushRecord[] {
  return items
    .filter((item) => item.kind?.S === 'push')
    .sort((left, right) => Number(left.acceptedAtMs?.N) - Number(right.acceptedAtMs?.N))
    .map((item) => recordOf(item, deliveriesOf(itemKey(item))))
}

const recordOf = (item: Item, deliveries: number): PushRecord => ({
  key: itemKey(item),
  kind: item.message?.S ?? '',
  format: item.format?.S ?? '',
  sealed: item.sealed?.BOOL === true,
  deliveries,
  receivedAt: new Date(Number(item.acceptedAtMs?.N)).toISOString(),
  state: item.state?.S ?? '',
  attempts: Number(item.attempts?.N ?? 0),
  // Of an erased push only the key is left.
  fields: item.body?.S === undefined ? {} : readPushText(item.body.S).fields,
})
