import { resolve } from 'node:path'
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalTables, startTables } from '../../../dev/emulator/dynamo.ts'
import { itemSize } from '../../../dev/emulator/item-size.ts'
import { readTemplate } from '../../../dev/emulator/template.ts'

const TableName = 'notes-dev-table'
const asked = { TableName, ReturnConsumedCapacity: 'INDEXES' } as const
let tables: LocalTables

beforeAll(async () => {
  tables = await startTables({ tables: readTemplate(resolve('test/fixtures/serverless'), {}).tables })
  await tables.ready()
})

afterAll(() => tables.close())

type Attributes = Record<string, AttributeValue>
const keyOf = (sk: string): Attributes => ({ pk: { S: 'note' }, sk: { S: sk } })
const dueAt = (ms: number): Attributes => ({ dueAtMs: { N: String(ms) } })
const units = (table: number, due?: number) => ({
  TableName,
  CapacityUnits: table + (due ?? 0),
  Table: { CapacityUnits: table },
  ...(due === undefined ? {} : { GlobalSecondaryIndexes: { due: { CapacityUnits: due } } }),
})
const put = async (Item: Attributes) =>
  (await tables.client.send(new PutItemCommand({ ...asked, Item }))).ConsumedCapacity

describe('the units of a write', () => {
  test('count each KB of the larger image', async () => {
    expect(await put(keyOf('small'))).toEqual(units(1))
    const big = { ...keyOf('big'), text: { S: '好'.repeat(700) } }
    expect(await put(big)).toEqual(units(3))
    expect(await put(keyOf('big'))).toEqual(units(3))
  })

  test('count the index: an entry that comes, moves, stays or goes', async () => {
    expect(await put({ ...keyOf('i'), ...dueAt(1) })).toEqual(units(1, 1))
    expect(await put({ ...keyOf('i'), ...dueAt(2) })).toEqual(units(1, 2))
    expect(await put({ ...keyOf('i'), ...dueAt(2), text: { S: 'not projected' } })).toEqual(units(1))
    expect(await put(keyOf('i'))).toEqual(units(1, 1))
  })

  test('are given for an update and a batch', async () => {
    const update = { ...asked, Key: keyOf('u'), UpdateExpression: 'ADD dueAtMs :one' }
    const values = { ':one': { N: '1' } }
    const { ConsumedCapacity } = await tables.client.send(
      new UpdateItemCommand({ ...update, ExpressionAttributeValues: values }),
    )
    expect(ConsumedCapacity).toEqual(units(1, 1))
    const members = ['v', 'w'].map((sk) => ({ PutRequest: { Item: { ...keyOf(sk), ...dueAt(1) } } }))
    const batch = { RequestItems: { [TableName]: members }, ReturnConsumedCapacity: 'INDEXES' } as const
    const written = await tables.client.send(new BatchWriteItemCommand(batch))
    expect(written.ConsumedCapacity).toEqual([units(2, 2)])
  })

  test('are twice as many in a transaction, those of the index apart, and those of a read when it was done before', async () => {
    const steps = [
      { Put: { TableName, Item: { ...keyOf('t'), ...dueAt(1) } } },
      { ConditionCheck: { TableName, Key: keyOf('none'), ConditionExpression: 'attribute_not_exists(pk)' } },
    ]
    const command = () =>
      new TransactWriteItemsCommand({
        TransactItems: steps,
        ClientRequestToken: 'token',
        ReturnConsumedCapacity: 'INDEXES',
      })
    const first = await tables.client.send(command())
    expect(first.ConsumedCapacity).toEqual([{ ...units(4, 1), WriteCapacityUnits: 5 }])
    const again = await tables.client.send(command())
    expect(again.ConsumedCapacity).toEqual([{ ...units(4), ReadCapacityUnits: 4 }])
  })

  test('stay away when nobody asks', async () => {
    const quiet = new PutItemCommand({ TableName, Item: keyOf('quiet') })
    expect((await tables.client.send(quiet)).ConsumedCapacity).toBeUndefined()
  })
})

describe('the units of a consistent read', () => {
  test('are one for each item and for a query that finds little or nothing', async () => {
    await put({ ...keyOf('r'), ...dueAt(9) })
    const get = new GetItemCommand({ ...asked, Key: keyOf('r'), ConsistentRead: true })
    expect((await tables.client.send(get)).ConsumedCapacity).toEqual(units(1))
    const Keys = ['r', 'none'].map(keyOf)
    const batch = new BatchGetItemCommand({
      RequestItems: { [TableName]: { Keys, ConsistentRead: true } },
      ReturnConsumedCapacity: 'INDEXES',
    })
    expect((await tables.client.send(batch)).ConsumedCapacity).toEqual([units(2)])
    const query = (pk: string) =>
      new QueryCommand({
        ...asked,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
      })
    expect((await tables.client.send(query('note'))).ConsumedCapacity).toEqual(units(1))
    expect((await tables.client.send(query('nobody'))).ConsumedCapacity).toEqual(units(1))
  })

  test('are half a one on an index that has nothing', async () => {
    const query = new QueryCommand({
      ...asked,
      IndexName: 'due',
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'nobody' } },
    })
    expect((await tables.client.send(query)).ConsumedCapacity).toEqual(units(0, 0.5))
  })
})

describe('itemSize', () => {
  test.each([
    [{ S: '你好' }, 6],
    [{ N: '0' }, 1],
    [{ N: '1760000000' }, 3],
    [{ N: '-12.5' }, 4],
    [{ BOOL: true }, 1],
    [{ NULL: true }, 1],
    [{ SS: ['ab', 'c'] }, 3],
    [{ L: [{ S: 'ab' }, { N: '1' }] }, 9],
    [{ M: { k: { S: 'v' } } }, 6],
  ] as const)('counts %j as %i bytes', (value, size) => {
    expect(itemSize({ a: value as AttributeValue })).toBe(1 + size)
  })
})
