import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb'
import { itemSize } from '../../dev/emulator/item-size.ts'
import { personKey } from '../../shared/store/key.ts'
import { APP_ID } from '../cases.ts'

/** Bytes as DynamoDB counts them, by kind of item. */
export async function storedOf(
  client: DynamoDBClient,
  tableName: string,
  openId: string,
): Promise<Readonly<Record<string, number>>> {
  const query = new QueryCommand({
    TableName: tableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: personKey(APP_ID, openId) } },
  })
  const { Items = [] } = await client.send(query)
  const bytes: Record<string, number> = {}
  for (const item of Items) {
    const kind = item.kind?.S ?? ''
    bytes[kind] = (bytes[kind] ?? 0) + itemSize(item)
  }
  return bytes
}
