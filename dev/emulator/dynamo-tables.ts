import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  paginateScan,
  type ScanCommandInput,
} from '@aws-sdk/client-dynamodb'
import { keyNames, pick } from './dynamo-images.ts'
import type { Item } from './item-size.ts'
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

/**
 * Deletes the items whose time to live is over and counts them; one that is renewed meanwhile stays. `remove` does a
 * DeleteItem in DynamoDB's own name.
 */
export async function deleteExpired(
  client: DynamoDBClient,
  remove: (input: object) => Promise<{ readonly status: number }>,
  table: TableTemplate,
  nowSec: number,
): Promise<number> {
  const { createTable: definition, ttlAttribute } = table
  if (ttlAttribute === undefined) return 0
  const expired = {
    TableName: definition.TableName,
    ExpressionAttributeNames: { '#ttl': ttlAttribute },
    ExpressionAttributeValues: { ':now': { N: String(nowSec) } },
  }
  const found = await scanAll(client, { ...expired, FilterExpression: '#ttl < :now' })
  const deletions = found.map((item) =>
    remove({ ...expired, Key: pick(item, keyNames(definition)), ConditionExpression: '#ttl < :now' }),
  )
  return (await Promise.all(deletions)).filter(({ status }) => status === 200).length
}
