import { isDeepStrictEqual } from 'node:util'
import type { AttributeValue, TableDescription } from '@aws-sdk/client-dynamodb'
import { type DynamoEngine, ownRequest } from './dynamo-engine.ts'
import type { Item } from './item-size.ts'

/** An item that is written: where it lies. */
export interface Target {
  readonly table: TableDescription
  readonly tableName: string
  readonly key: Item
}

/** What a write made of an item; unchanged and never there are possible too. */
export interface Change extends Target {
  readonly before: Item | undefined
  readonly after: Item | undefined
  readonly by: 'user' | 'ttl'
}

export interface Images {
  /** `undefined` when there is no such table. `item` may hold more than its key. */
  target(tableName: string, item: Item): Promise<Target | undefined>
  read(target: Target): Promise<Item | undefined>
}

/** Looks into the tables behind the back of those who read and write. */
export function imagesIn(engine: DynamoEngine): Images {
  const tables = new Map<string, TableDescription>()

  async function ask(operation: string, body: object): Promise<Record<string, unknown>> {
    const answer = await engine(ownRequest(operation, body))
    return answer.status === 200 ? JSON.parse(answer.body) : {}
  }

  async function describe(TableName: string): Promise<TableDescription | undefined> {
    const known = tables.get(TableName)
    if (known !== undefined) return known
    const { Table } = (await ask('DescribeTable', { TableName })) as { readonly Table?: TableDescription }
    if (Table !== undefined) tables.set(TableName, Table)
    return Table
  }

  return {
    target: async (tableName, item) => {
      const table = await describe(tableName)
      return table === undefined ? undefined : { table, tableName, key: pick(item, keyNames(table)) }
    },
    read: async ({ tableName, key }) =>
      (await ask('GetItem', { TableName: tableName, Key: key, ConsistentRead: true })).Item as Item | undefined,
  }
}

export const keyNames = ({ KeySchema = [] }: Pick<TableDescription, 'KeySchema'>): readonly string[] =>
  KeySchema.map(({ AttributeName = '' }) => AttributeName)

export const pick = (item: Item, names: readonly string[]): Item =>
  Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)))

/** The order of attributes and of a set's members does not count. */
export const isSameItem = (left: Item | undefined, right: Item | undefined): boolean =>
  isDeepStrictEqual(left && ordered(left), right && ordered(right))

const ordered = (item: Item): Item =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, orderedValue(value)]))

function orderedValue(value: AttributeValue): AttributeValue {
  if (value.SS !== undefined) return { SS: [...value.SS].sort() }
  if (value.NS !== undefined) return { NS: [...value.NS].sort() }
  if (value.BS !== undefined) return { BS: [...value.BS].sort() }
  if (value.L !== undefined) return { L: value.L.map(orderedValue) }
  return value.M === undefined ? value : { M: ordered(value.M) }
}
