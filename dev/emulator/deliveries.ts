import type { Item, Put } from './dynamo-writes.ts'
import type { TableTemplate } from './template-tables.ts'

export interface Deliveries {
  readonly count: (put: Put) => void
  /** How often an item with this key was put, whether or not it was written. */
  of(tableName: string, item: Item): number
}

/** Counts the puts of each key: a push that came three times was put three times and written once. */
export function countDeliveries(tables: readonly TableTemplate[]): Deliveries {
  const counts = new Map<string, number>()
  const keys = new Map(tables.map(({ createTable }) => [createTable.TableName, createTable.KeySchema ?? []]))
  const idOf = (tableName: string, item: Item): string =>
    JSON.stringify([tableName, ...(keys.get(tableName) ?? []).map(({ AttributeName = '' }) => item[AttributeName])])
  return {
    count: ({ tableName, item }) => {
      const id = idOf(tableName, item)
      counts.set(id, (counts.get(id) ?? 0) + 1)
    },
    of: (tableName, item) => counts.get(idOf(tableName, item)) ?? 0,
  }
}
