import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  paginateScan,
  type ScanCommandInput,
} from '@aws-sdk/client-dynamodb'
import type { Item } from './dynamo-writes.ts'
import type { TableTemplate } from './template-tables.ts'

/** Resolves when the table is active. */
export async function createTable(client: DynamoDBClient, { createTable: input }: TableTemplate): Promise<void> {
  await client.send(new CreateTableCommand(input))
  const describe = new DescribeTableCommand({ TableName: input.TableName })
  while ((await client.send(describe)).Table?.TableStatus !== 'ACTIVE') await nextTurn()
}

export async function scanAll(client: DynamoDBClient, input: ScanCommandInput): Promise<readonly Item[]> {
  const items: Item[] = []
  for await (const page of paginateScan({ client }, { ...input, ConsistentRead: true }))
    items.push(...(page.Items ?? []))
  return items
}

/** Deletes the items whose time to live is over and counts them; one that is renewed meanwhile stays. */
export async function deleteExpired(client: DynamoDBClient, table: TableTemplate, nowSec: number): Promise<number> {
  const { createTable: definition, ttlAttribute } = table
  if (ttlAttribute === undefined) return 0
  const names = definition.KeySchema?.map(({ AttributeName = '' }) => AttributeName) ?? []
  const expired = {
    TableName: definition.TableName,
    ExpressionAttributeNames: { '#ttl': ttlAttribute },
    ExpressionAttributeValues: { ':now': { N: String(nowSec) } },
  }
  const found = await scanAll(client, { ...expired, FilterExpression: '#ttl < :now' })
  const deletions = found.map(async (item) => {
    const Key = Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)))
    try {
      await client.send(new DeleteItemCommand({ ...expired, Key, ConditionExpression: '#ttl < :now' }))
      return 1
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 0
      throw error
    }
  })
  return (await Promise.all(deletions)).reduce<number>((sum, count) => sum + count, 0)
}
