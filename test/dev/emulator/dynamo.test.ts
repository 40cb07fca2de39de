import { resolve } from 'node:path'
import { crc32 } from 'node:zlib'
import {
  type AttributeValue,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  ResourceNotFoundException,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalTables, startTables } from '../../../dev/emulator/dynamo.ts'
import type { Put } from '../../../dev/emulator/dynamo-writes.ts'
import { readTemplate } from '../../../dev/emulator/template.ts'

const TableName = 'notes-dev-table'
const puts: Put[] = []
let tables: LocalTables

beforeAll(async () => {
  const { tables: definitions } = readTemplate(resolve('test/fixtures/serverless'), {})
  tables = await startTables({ tables: definitions, onPut: (put) => puts.push(put) })
  await tables.ready()
})

afterAll(() => tables.close())

type Attributes = Record<string, AttributeValue>
const keyOf = (sk: string): Attributes => ({ pk: { S: 'note' }, sk: { S: sk } })
const putNew = (Item: Attributes) =>
  tables.client.send(
    new PutItemCommand({
      TableName,
      Item,
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
  )
const read = async (sk: string) =>
  (await tables.client.send(new GetItemCommand({ TableName, Key: keyOf(sk), ConsistentRead: true }))).Item
const failureOf = (sent: Promise<unknown>): Promise<unknown> =>
  sent.then(
    () => 'done',
    (error: unknown) => error,
  )

describe('startTables', () => {
  test('makes the table of the template with its keys and index', async () => {
    const { Table } = await tables.client.send(new DescribeTableCommand({ TableName }))
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [{ IndexName: 'due', IndexStatus: 'ACTIVE' }],
    })
  })

  test('of 50 concurrent conditional puts one wins, and each other gets the winner’s item', async () => {
    const attempts = Array.from({ length: 50 }, (_, n) => putNew({ ...keyOf('race'), n: { N: String(n) } }))
    const outcomes = await Promise.allSettled(attempts)
    const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
    const winner = await read('race')
    expect(lost).toHaveLength(49)
    for (const error of lost) {
      expect(error).toBeInstanceOf(ConditionalCheckFailedException)
      expect(error).toMatchObject({ message: 'The conditional request failed', Item: winner })
    }
    const seen = puts.filter(({ item }) => item.sk?.S === 'race').map(({ outcome }) => outcome)
    expect(seen.filter((outcome) => outcome === 'written')).toHaveLength(1)
    expect(seen.filter((outcome) => outcome === 'condition-failed')).toHaveLength(49)
  })

  test('leaves the item out when nobody asked for it', async () => {
    await putNew(keyOf('unasked'))
    const put = { TableName, Item: keyOf('unasked'), ConditionExpression: 'attribute_not_exists(pk)' }
    const error = await failureOf(tables.client.send(new PutItemCommand(put)))
    expect(error).toBeInstanceOf(ConditionalCheckFailedException)
    expect(error).toMatchObject({ Item: undefined })
  })

  test('leaves the item out when there is none', async () => {
    const error = await failureOf(
      tables.client.send(
        new PutItemCommand({
          TableName,
          Item: keyOf('absent'),
          ConditionExpression: 'attribute_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    )
    expect(error).toBeInstanceOf(ConditionalCheckFailedException)
    expect(error).toMatchObject({ Item: undefined })
  })

  test('gives the item to a failed update and a failed delete too', async () => {
    await putNew({ ...keyOf('kept'), text: { S: '你好' } })
    const condition = {
      TableName,
      Key: keyOf('kept'),
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    } as const
    const item = { ...keyOf('kept'), text: { S: '你好' } }
    const update = new UpdateItemCommand({ ...condition, UpdateExpression: 'REMOVE n' })
    expect(await failureOf(tables.client.send(update))).toMatchObject({ Item: item })
    expect(await failureOf(tables.client.send(new DeleteItemCommand(condition)))).toMatchObject({ Item: item })
  })

  test('signs every answer with the checksum of its bytes', async () => {
    await putNew(keyOf('checksum'))
    const response = await fetch(tables.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.PutItem',
        'x-amz-date': '20261121T000000Z',
        authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=f',
      },
      body: JSON.stringify({
        TableName,
        Item: keyOf('checksum'),
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    })
    const body = await response.text()
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.0')
    expect(response.headers.get('x-amz-crc32')).toBe(String(crc32(body)))
    expect(JSON.parse(body)).toEqual({
      __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
      message: 'The conditional request failed',
      Item: keyOf('checksum'),
    })
  })

  test('refuses a table that does not exist, and reports no put', async () => {
    const before = puts.length
    const put = new PutItemCommand({ TableName: 'none-such', Item: keyOf('x') })
    expect(await failureOf(tables.client.send(put))).toBeInstanceOf(ResourceNotFoundException)
    expect(puts).toHaveLength(before)
  })

  test('refuses what it does not speak', async () => {
    const response = await fetch(tables.endpoint, { method: 'POST', body: '{}' })
    expect(response.status).toBeGreaterThanOrEqual(400)
  })
})

describe('sweep', () => {
  test('deletes what has expired, over several pages, and nothing else', async () => {
    const big = { S: 'x'.repeat(200_000) }
    for (let n = 0; n < 8; n += 1) await putNew({ ...keyOf(`old-${n}`), expiresAtSec: { N: '1000' }, big })
    await putNew({ ...keyOf('fresh'), expiresAtSec: { N: '3000' } })
    await putNew(keyOf('for-ever'))
    expect(await tables.sweep(999)).toBe(0)
    expect(await tables.sweep(2000)).toBe(8)
    expect([await read('old-0'), await read('old-7')]).toEqual([undefined, undefined])
    expect([await read('fresh'), await read('for-ever')]).toEqual([
      { ...keyOf('fresh'), expiresAtSec: { N: '3000' } },
      keyOf('for-ever'),
    ])
  })

  test('does not run by itself: what has expired can be read', async () => {
    const put = { PutRequest: { Item: { ...keyOf('expired'), expiresAtSec: { N: '1' } } } }
    await tables.client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: [put] } }))
    expect(await read('expired')).toBeDefined()
  })
})
