import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { UserId } from '../shared/kernel/ids.ts'
import { imKey, personKey } from '../shared/store/key.ts'
import type { Item } from './emulator/item-size.ts'
import type { Stack } from './stack.ts'

/** An item of the table with plain members. */
export type PlainItem = Readonly<Record<string, unknown>>

/** All that the table keeps about a person, in WeChat and in Tencent IM. */
export async function keptAbout(stack: Pick<Stack, 'items'>, appId: string, openId: string) {
  const items = await stack.items()
  const under = (key: string): readonly Item[] => items.filter(({ pk }) => pk?.S === key)
  const person = under(personKey(appId, openId))
  const userIds = person.flatMap(({ kind, userId }) => (kind?.S === 'identity' ? (userId?.S ?? []) : []))
  return [...person, ...userIds.flatMap((userId) => under(imKey(userId as UserId)))].map(plainItem)
}

const plainItem = (item: Item): PlainItem =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plain(value)]))

function plain(value: AttributeValue): unknown {
  if (value.N !== undefined) return Number(value.N)
  if (value.L !== undefined) return value.L.map(plain)
  if (value.M !== undefined) return plainItem(value.M)
  return value.S ?? value.BOOL ?? null
}
