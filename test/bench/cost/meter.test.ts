import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { meterOf, usageOf } from '../../../bench/cost/meter.ts'
import { readUnits, writeUnits } from '../../../bench/cost/usage.ts'
import { type LocalTables, localAccess, startTables } from '../../../dev/emulator/dynamo.ts'
import { readTemplate } from '../../../dev/emulator/template.ts'

const units = (CapacityUnits: number) => ({ CapacityUnits })

describe('usageOf', () => {
  test('tells plain writes, writes of transactions, writes of the index and reads apart', () => {
    const usage = usageOf([
      { command: 'PutItem', capacities: [{ Table: units(1) }] },
      { command: 'UpdateItem', capacities: [{ Table: units(2), GlobalSecondaryIndexes: { due: units(1) } }] },
      { command: 'TransactWriteItems', capacities: [{ Table: units(4), GlobalSecondaryIndexes: { due: units(2) } }] },
      { command: 'GetItem', capacities: [{ Table: units(1) }] },
      { command: 'Query', capacities: [{ Table: units(0), GlobalSecondaryIndexes: { due: units(0.5) } }] },
      { command: 'Query', capacities: [{ Table: units(13) }] },
    ])
    expect(usage).toEqual({
      requests: { PutItem: 1, UpdateItem: 1, TransactWriteItems: 1, GetItem: 1, Query: 2 },
      writes: 3,
      transactWrites: 4,
      indexWrites: 3,
      reads: 14,
      indexReads: 0.5,
    })
    expect(writeUnits(usage)).toBe(10)
    expect(readUnits(usage)).toBe(14.5)
  })
})

describe('meterOf', () => {
  const [template] = readTemplate('.', {}).tables
  const TableName = template?.createTable.TableName ?? ''
  let tables: LocalTables
  let client: DynamoDBClient

  beforeAll(async () => {
    tables = await startTables({ tables: template === undefined ? [] : [template] })
    await tables.ready()
    client = new DynamoDBClient(localAccess(tables.endpoint))
  })
  afterAll(async () => {
    client.destroy()
    await tables.close()
  })

  test('asks on behalf of whoever does not, and begins anew when it is taken', async () => {
    const meter = meterOf(client)
    const Item = { pk: { S: 'one' }, sk: { S: '-' }, text: { S: 'x'.repeat(1500) } }
    await client.send(new PutItemCommand({ TableName, Item }))
    expect(meter.take()).toMatchObject({ requests: { PutItem: 1 }, writes: 2, transactWrites: 0, reads: 0 })
    expect(meter.take()).toMatchObject({ requests: {}, writes: 0 })

    const ConditionExpression = 'attribute_not_exists(pk)'
    await expect(client.send(new PutItemCommand({ TableName, Item, ConditionExpression }))).rejects.toThrow(
      /conditional request failed/,
    )
    expect(() => meter.take()).toThrow('the table refused PutItemCommand')
  })
})
