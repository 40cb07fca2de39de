import { resolve } from 'node:path'
import {
  type AttributeValue,
  BatchWriteItemCommand,
  DeleteItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type LocalTables, startTables } from '../../../dev/emulator/dynamo.ts'
import type { StreamRecord, StreamViewType } from '../../../dev/emulator/dynamo-stream.ts'
import { readTemplate } from '../../../dev/emulator/template.ts'
import { aClock, NOW } from '../../support/build.ts'

const TableName = 'notes-dev-table'
const [template] = readTemplate(resolve('test/fixtures/serverless'), {}).tables
let records: StreamRecord[]
let tables: LocalTables

async function start(streamViewType?: StreamViewType): Promise<void> {
  if (template === undefined) throw new Error('the fixture has no table')
  const { streamViewType: _, ...bare } = template
  const table = streamViewType === undefined ? bare : { ...bare, streamViewType }
  records = []
  tables = await startTables({ tables: [table], onRecord: (record) => records.push(record), clock: aClock() })
  await tables.ready()
}

beforeEach(() => start('NEW_AND_OLD_IMAGES'))
afterEach(() => tables.close())

type Attributes = Record<string, AttributeValue>
const keyOf = (sk: string): Attributes => ({ pk: { S: 'note' }, sk: { S: sk } })
const noted = (sk: string, text: string): Attributes => ({ ...keyOf(sk), text: { S: text } })
const put = (Item: Attributes) => tables.client.send(new PutItemCommand({ TableName, Item }))
const remove = (sk: string) => tables.client.send(new DeleteItemCommand({ TableName, Key: keyOf(sk) }))
const told = () => records.map(({ eventName, dynamodb }) => `${eventName} ${dynamodb.Keys.sk?.S}`)

describe('the stream of a table', () => {
  test('tells of an insert as Lambda hears it', async () => {
    await put(noted('a', '你好'))
    expect(records).toEqual([
      {
        eventID: expect.stringMatching(/^[\da-f]{32}$/),
        eventName: 'INSERT',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: 'us-east-1',
        eventSourceARN: expect.stringMatching(/^arn:aws:dynamodb:us-east-1:\d{12}:table\/notes-dev-table\/stream\/20/),
        dynamodb: {
          ApproximateCreationDateTime: NOW,
          Keys: keyOf('a'),
          NewImage: noted('a', '你好'),
          SequenceNumber: expect.stringMatching(/^\d{21}$/),
          // pk note, sk a: 9 bytes, twice, and text with six bytes.
          SizeBytes: 28,
          StreamViewType: 'NEW_AND_OLD_IMAGES',
        },
      },
    ])
  })

  test('tells of a change and of an end with the old image', async () => {
    await put(noted('a', 'one'))
    await tables.client.send(
      new UpdateItemCommand({
        TableName,
        Key: keyOf('a'),
        UpdateExpression: 'SET #t = :two',
        ExpressionAttributeNames: { '#t': 'text' },
        ExpressionAttributeValues: { ':two': { S: 'two' } },
      }),
    )
    await remove('a')
    expect(records.slice(1)).toMatchObject([
      { eventName: 'MODIFY', dynamodb: { OldImage: noted('a', 'one'), NewImage: noted('a', 'two') } },
      { eventName: 'REMOVE', dynamodb: { OldImage: noted('a', 'two') } },
    ])
    expect(records[2]?.dynamodb).not.toHaveProperty('NewImage')
    expect(records[2]).not.toHaveProperty('userIdentity')
  })

  test('says nothing of a write that changes nothing', async () => {
    const item = { ...noted('a', 'one'), tags: { SS: ['x', 'y'] } }
    await put(item)
    await put({ ...item, tags: { SS: ['y', 'x'] } })
    await remove('b')
    await tables.client
      .send(new PutItemCommand({ TableName, Item: keyOf('a'), ConditionExpression: 'attribute_not_exists(pk)' }))
      .catch(() => undefined)
    expect(told()).toEqual(['INSERT a'])
  })

  test('tells of every item of a batch and of a transaction, in their order', async () => {
    const members = ['b', 'a', 'c'].map((sk) => ({ PutRequest: { Item: keyOf(sk) } }))
    await tables.client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: members } }))
    const steps = [
      { Delete: { TableName, Key: keyOf('c') } },
      { ConditionCheck: { TableName, Key: keyOf('a'), ConditionExpression: 'attribute_exists(pk)' } },
      { Put: { TableName, Item: noted('b', 'new') } },
    ]
    await tables.client.send(new TransactWriteItemsCommand({ TransactItems: steps }))
    expect(told()).toEqual(['INSERT b', 'INSERT a', 'INSERT c', 'REMOVE c', 'MODIFY b'])
  })

  test('has numbers that grow, as numbers and as texts', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, n) => put(keyOf(`n-${n}`))))
    const numbers = records.map(({ dynamodb }) => dynamodb.SequenceNumber)
    expect(numbers).toEqual([...new Set(numbers)].sort())
    expect(numbers.map(BigInt)).toEqual(numbers.map(BigInt).sort((a, b) => (a < b ? -1 : 1)))
  })

  test('tells before the writer has its answer', async () => {
    const answered = put(keyOf('a')).then(() => records.length)
    expect(await answered).toBe(1)
  })

  test('says that DynamoDB deletes what has expired', async () => {
    await put({ ...keyOf('old'), expiresAtSec: { N: '1000' } })
    expect(await tables.sweep(2000)).toBe(1)
    expect(records[1]).toMatchObject({
      eventName: 'REMOVE',
      userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
    })
  })

  test.each([
    ['KEYS_ONLY', []],
    ['NEW_IMAGE', ['NewImage']],
    ['OLD_IMAGE', ['OldImage']],
    ['NEW_AND_OLD_IMAGES', ['NewImage', 'OldImage']],
  ] as const)('shows with %s the images %s', async (view, images) => {
    await tables.close()
    await start(view)
    await put(noted('a', 'one'))
    await put(noted('a', 'two'))
    const shown = Object.keys(records[1]?.dynamodb ?? {}).filter((name) => name.endsWith('Image'))
    expect(shown.sort()).toEqual(images)
  })

  test('is silent for a table without one', async () => {
    await tables.close()
    await start()
    await put(keyOf('a'))
    expect(records).toEqual([])
  })
})
