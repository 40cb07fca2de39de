import type { ConsumedCapacity, GlobalSecondaryIndexDescription, TableDescription } from '@aws-sdk/client-dynamodb'
import { type Change, isSameItem, keyNames, pick } from './dynamo-images.ts'
import { type Item, itemSize } from './item-size.ts'

/** What ReturnConsumedCapacity asks for. */
export type CapacityDetail = 'TOTAL' | 'INDEXES'

export const detailOf = (asked: unknown): CapacityDetail | undefined =>
  asked === 'TOTAL' || asked === 'INDEXES' ? asked : undefined

/** A transaction prepares and commits each item: twice the units of a plain write, for the table and not for its indexes. */
const TRANSACTION = 2

interface CapacityOptions {
  readonly detail: CapacityDetail
  readonly isTransaction?: boolean
}

/** The write units of changes, per table: each item by its larger image, and each index by what it had to do. */
export function writeCapacity(changes: readonly Change[], options: CapacityOptions): readonly ConsumedCapacity[] {
  const times = options.isTransaction === true ? TRANSACTION : 1
  return [...new Set(changes.map(({ tableName }) => tableName))].map((tableName) => {
    const own = changes.filter((change) => change.tableName === tableName)
    const table = times * total(own.map(({ before, after }) => Math.max(writeUnits(before), writeUnits(after), 1)))
    const indexes = INDEXES.map((kind) => [kind, indexCapacity(kind, own)] as const)
    const spent = indexes.filter(([, units]) => Object.keys(units).length > 0)
    const all = table + total(spent.flatMap(([, units]) => Object.values(units).map((unit) => unit.CapacityUnits)))
    return {
      TableName: tableName,
      CapacityUnits: all,
      ...(options.isTransaction === true ? { WriteCapacityUnits: all } : {}),
      ...(options.detail === 'INDEXES'
        ? { Table: { CapacityUnits: table }, ...(Object.fromEntries(spent) as Partial<ConsumedCapacity>) }
        : {}),
    }
  })
}

/** The units of a transaction's reads, per table. */
export function transactReadCapacity(
  read: readonly { readonly tableName: string; readonly item: Item | undefined }[],
  detail: CapacityDetail,
): readonly ConsumedCapacity[] {
  return [...new Set(read.map(({ tableName }) => tableName))].map((tableName) => {
    const own = read.filter((each) => each.tableName === tableName)
    const units = TRANSACTION * total(own.map(({ item = {} }) => Math.max(Math.ceil(itemSize(item) / 4096), 1)))
    const capacity = { TableName: tableName, CapacityUnits: units, ReadCapacityUnits: units }
    return detail === 'INDEXES' ? { ...capacity, Table: { CapacityUnits: units } } : capacity
  })
}

const INDEXES = ['GlobalSecondaryIndexes', 'LocalSecondaryIndexes'] as const

type Index = Pick<GlobalSecondaryIndexDescription, 'IndexName' | 'KeySchema' | 'Projection'>

function indexCapacity(
  kind: (typeof INDEXES)[number],
  changes: readonly Change[],
): Record<string, { readonly CapacityUnits: number }> {
  const indexes: readonly Index[] = changes[0]?.table[kind] ?? []
  const spent = indexes.map((index): [string, { readonly CapacityUnits: number }] => {
    const units = total(changes.map((change) => indexUnits(index, change)))
    return [index.IndexName ?? '', { CapacityUnits: units }]
  })
  return Object.fromEntries(spent.filter(([, { CapacityUnits }]) => CapacityUnits > 0))
}

/** An entry is put, taken away, changed in its place, or moved, which is both. */
function indexUnits(index: Index, { table, before, after }: Change): number {
  const from = entryOf(index, table, before)
  const to = entryOf(index, table, after)
  if (isSameItem(from, to)) return 0
  const names = keyNames(index)
  const stays = from !== undefined && to !== undefined && isSameItem(pick(from, names), pick(to, names))
  return stays ? Math.max(writeUnits(from), writeUnits(to)) : writeUnits(from) + writeUnits(to)
}

/** What an index holds of an item; nothing when the item lacks the index's key. */
function entryOf(index: Index, table: TableDescription, item: Item | undefined): Item | undefined {
  const names = keyNames(index)
  if (item === undefined || names.some((name) => item[name] === undefined)) return undefined
  const { ProjectionType, NonKeyAttributes = [] } = index.Projection ?? {}
  return ProjectionType === 'ALL' ? item : pick(item, [...names, ...keyNames(table), ...NonKeyAttributes])
}

/** One for each KB that is begun; none for no item. */
const writeUnits = (item: Item | undefined): number => (item === undefined ? 0 : Math.ceil(itemSize(item) / 1024))

const total = (units: readonly number[]): number => units.reduce((sum, unit) => sum + unit, 0)
