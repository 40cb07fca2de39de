import { type DynamoDBClient, GetItemCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { type Item, keyItem } from './item.ts'
import type { ItemKey } from './key.ts'
import { tableCall } from './table-call.ts'

/**
 * An item as it was last written.
 * @throws {Fault} TABLE_UNAVAILABLE
 */
export async function itemAt(client: DynamoDBClient, tableName: string, key: ItemKey): Promise<Item | undefined> {
  const command = new GetItemCommand({ TableName: tableName, Key: keyItem(key), ConsistentRead: true })
  return (await tableCall((options) => client.send(command, options))).Item
}

/**
 * A query's items, page by page, each within the deadline of a call.
 * @throws {Fault} TABLE_UNAVAILABLE
 */
export async function* pagesOf(client: DynamoDBClient, query: QueryCommandInput): AsyncIterable<readonly Item[]> {
  let from: Item | undefined
  do {
    const command = new QueryCommand({ ...query, ExclusiveStartKey: from })
    const { Items = [], LastEvaluatedKey } = await tableCall((options) => client.send(command, options))
    yield Items
    from = LastEvaluatedKey
  } while (from !== undefined)
}
