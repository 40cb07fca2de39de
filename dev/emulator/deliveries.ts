import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Put } from './dynamo-writes.ts'
import type { TableTemplate } from './template-tables.ts'

/** Counts the puts of each item, written or not, under its key attributes joined by `/`. */
export function countPuts(table: TableTemplate, counts: Map<string, number>): (put: Put) => void {
  const { TableName, KeySchema = [] } = table.createTable
  return ({ tableName, item }) => {
    if (tableName !== TableName) return
    const key = KeySchema.map(({ AttributeName = '' }) => keyText(item[AttributeName])).join('/')
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
}

/** DynamoDB has texts, numbers and bytes as keys; on the wire each is a text. */
const keyText = (value: AttributeValue | undefined): string => String(value?.S ?? value?.N ?? value?.B)
