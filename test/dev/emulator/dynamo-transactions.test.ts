import { resolve } from 'node:path'
import {
  type AttributeValue,
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  IdempotentParameterMismatchException,
  PutItemCommand,
  ResourceNotFoundException,
  TransactGetItemsCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalTables, localAccess, startTables } from '../../../dev/emulator/dynamo.ts'
import type { StreamRecord } from '../../../dev/emulator/dynamo-stream.ts'
import type { Put } from '../../../dev/emulator/dynamo-writes.ts'
import { readTemplate } from '../../../dev/emulator/template.ts'
import { seconds } from '../../../shared/kernel/time.ts'
import { aClock } from '../../support/build.ts'
import { lossyProxy } from '../../support/table-proxy.ts'

const TableName = 'notes-dev-table'
const clock = aClock()
const records: StreamRecord[] = []
const puts: Put[] = []
let tables: LocalTables

beforeAll(async () => {
  const { tables: definitions } = readTemplate(resolve('test/fixtures/serverless'), {})
  const onRecord = (record: StreamRecord): void => void records.push(record)
  tables = await startTables({ tables: definitions, onRecord, onPut: (put) => puts.push(put), clock })
  await tables.ready()
})

afterAll(() => tables.close())

type Attributes = Record<string, AttributeValue>
const keyOf = (sk: string): Attributes => ({ pk: { S: 'note' }, sk: { S: sk } })
const count = (sk: string, n: number): Attributes => ({ ...keyOf(sk), n: { N: String(n) } })
const put = (Item: Attributes, changes = {}): TransactWriteItem => ({ Put: { TableName, Item, ...changes } })
const putNew = (Item: Attributes): TransactWriteItem => put(Item, { ConditionExpression: 'attribute_not_exists(pk)' })
const check = (sk: string, ConditionExpression: string): TransactWriteItem => ({
  ConditionCheck: { TableName, Key: keyOf(sk), ConditionExpression },
})
const add = (sk: string, by: number): TransactWriteItem => ({
  Update: {
    TableName,
    Key: keyOf(sk),
    UpdateExpression: 'ADD n :by',
    ExpressionAttributeValues: { ':by': { N: String(by) } },
  },
})
const remove = (sk: string): TransactWriteItem => ({ Delete: { TableName, Key: keyOf(sk) } })

const write = (TransactItems: TransactWriteItem[], options: Partial<TransactWriteItemsCommandInput> = {}) =>
  tables.client.send(new TransactWriteItemsCommand({ TransactItems, ...options }))
const read = async (sk: string) =>
  (await tables.client.send(new GetItemCommand({ TableName, Key: keyOf(sk), ConsistentRead: true }))).Item
const failureOf = (sent: Promise<unknown>): Promise<unknown> =>
  sent.then(
    () => 'done',
    (error: unknown) => error,
  )

describe('TransactWriteItems', () => {
  test('puts, updates, deletes and checks in one', async () => {
    await write([put(count('updated', 1)), put(keyOf('deleted')), put(keyOf('checked'))])
    await write([
      put(count('put', 7)),
      add('updated', 2),
      remove('deleted'),
      check('checked', 'attribute_exists(pk)'),
      check('absent', 'attribute_not_exists(pk)'),
    ])
    expect(await Promise.all(['put', 'updated', 'deleted', 'checked', 'absent'].map(read))).toEqual([
      count('put', 7),
      count('updated', 3),
      undefined,
      keyOf('checked'),
      undefined,
    ])
  })

  test('leaves everything as it was when one condition fails, and gives each step its reason', async () => {
    await write([put(count('kept', 1)), put(count('lost', 5)), remove('fresh')])
    const steps = [
      putNew(count('fresh', 1)),
      put(count('kept', 2), {
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
      remove('lost'),
      check('absent', 'attribute_exists(pk)'),
    ]
    const before = records.length
    const error = await failureOf(write(steps))
    expect(error).toBeInstanceOf(TransactionCanceledException)
    const failed = { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' }
    expect(error).toMatchObject({
      name: 'TransactionCanceledException',
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons ' +
        '[None, ConditionalCheckFailed, None, ConditionalCheckFailed]',
      CancellationReasons: [{ Code: 'None' }, { ...failed, Item: count('kept', 1) }, { Code: 'None' }, failed],
    })
    expect(await Promise.all(['fresh', 'kept', 'lost', 'absent'].map(read))).toEqual([
      undefined,
      count('kept', 1),
      count('lost', 5),
      undefined,
    ])
    expect(records).toHaveLength(before)
  })

  test('leaves everything as it was when an update does not fit its item', async () => {
    await write([put({ ...keyOf('text'), n: { S: 'no number' } })])
    const error = await failureOf(write([put(count('beside', 1)), add('text', 1)]))
    expect(error).toBeInstanceOf(TransactionCanceledException)
    expect(error).toMatchObject({ CancellationReasons: [{ Code: 'None' }, { Code: 'ValidationError' }] })
    expect(await read('beside')).toBeUndefined()
  })

  test('leaves everything as it was when a later step is malformed', async () => {
    const malformed = put(keyOf('y'), { ConditionExpression: 'no such (' })
    expect(await failureOf(write([put(keyOf('x')), malformed]))).toMatchObject({ name: 'ValidationException' })
    expect(await read('x')).toBeUndefined()
  })

  test('of 20 concurrent transactions on two items one wins', async () => {
    const attempts = Array.from({ length: 20 }, (_, n) =>
      write([putNew(count('race-a', n)), putNew(count('race-b', n))]),
    )
    const outcomes = await Promise.allSettled(attempts)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await read('race-a'))?.n).toEqual((await read('race-b'))?.n)
  })

  test('is never seen half done', async () => {
    await write([put(count('pair-a', 0)), put(count('pair-b', 0))])
    const batch = new BatchGetItemCommand({
      RequestItems: { [TableName]: { Keys: [keyOf('pair-a'), keyOf('pair-b')], ConsistentRead: true } },
    })
    const writers = Array.from({ length: 30 }, () => write([add('pair-a', 1), add('pair-b', 1)]))
    const canceled = Array.from({ length: 30 }, () =>
      failureOf(write([add('pair-a', 100), check('pair-b', 'attribute_not_exists(pk)')])),
    )
    const readers = Array.from({ length: 60 }, async () => {
      const { Responses } = await tables.client.send(batch)
      return Responses?.[TableName]?.map(({ n }) => Number(n?.N)) ?? []
    })
    const seen = await Promise.all(readers)
    await Promise.all([...writers, ...canceled])
    for (const pair of seen) expect(pair[0]).toBe(pair[1])
    for (const pair of seen) expect(pair[0]).toBeLessThanOrEqual(30)
    expect(await read('pair-a')).toEqual(count('pair-a', 30))
  })

  test.each([
    ['the same item twice', [put(keyOf('twice')), remove('twice')], 'multiple operations on one item'],
    ['101 items', Array.from({ length: 101 }, (_, n) => put(keyOf(`many-${n}`))), 'less than or equal to 100'],
    ['no item', [], 'greater than or equal to 1'],
    ['two kinds in one', [{ ...put(keyOf('z')), ...remove('z') }], 'can only contain one of'],
    ['a check of nothing', [check('z', '')], 'ConditionExpression'],
  ])('refuses %s', async (_, steps, message) => {
    const error = await failureOf(write(steps))
    expect(error).toMatchObject({ name: 'ValidationException', message: expect.stringContaining(message) })
  })

  test('takes 100 items', async () => {
    await write(Array.from({ length: 100 }, (_, n) => put(count(`hundred-${n}`, n))))
    expect(await read('hundred-99')).toEqual(count('hundred-99', 99))
  })

  test('refuses a table that does not exist', async () => {
    const error = await failureOf(write([put(keyOf('a')), { Delete: { TableName: 'none-such', Key: keyOf('a') } }]))
    expect(error).toBeInstanceOf(ResourceNotFoundException)
    expect(await read('a')).toBeUndefined()
  })

  test('reports its puts', async () => {
    await write([putNew(keyOf('seen'))])
    await failureOf(write([putNew(keyOf('seen'))]))
    const outcomes = puts.filter(({ item }) => item.sk?.S === 'seen').map(({ outcome }) => outcome)
    expect(outcomes).toEqual(['written', 'condition-failed'])
  })
})

describe('the token of a transaction', () => {
  test('makes it happen once within ten minutes, and again after them', async () => {
    const token = { ClientRequestToken: 'token-1' }
    await write([add('once', 1)], token)
    await write([add('once', 1)], token)
    expect(await read('once')).toEqual(count('once', 1))
    clock.advance(seconds(599))
    await write([add('once', 1)], token)
    expect(await read('once')).toEqual(count('once', 1))
    clock.advance(seconds(1))
    await write([add('once', 1)], token)
    expect(await read('once')).toEqual(count('once', 2))
  })

  test('may not come with other parameters', async () => {
    const token = { ClientRequestToken: 'token-2' }
    await write([add('same', 1)], token)
    expect(await failureOf(write([add('same', 2)], token))).toBeInstanceOf(IdempotentParameterMismatchException)
    expect(await read('same')).toEqual(count('same', 1))
  })

  test('of a transaction that was cancelled is free', async () => {
    const token = { ClientRequestToken: 'token-3' }
    const steps = [check('gate', 'attribute_exists(pk)'), add('passed', 1)]
    expect(await failureOf(write(steps, token))).toBeInstanceOf(TransactionCanceledException)
    await tables.client.send(new PutItemCommand({ TableName, Item: keyOf('gate') }))
    await write(steps, token)
    expect(await read('passed')).toEqual(count('passed', 1))
  })

  test('is sent by the SDK: a transaction whose answer is lost happens once', async () => {
    const proxy = await lossyProxy(tables.endpoint, 1)
    const client = new DynamoDBClient(localAccess(proxy.endpoint))
    await client.send(new TransactWriteItemsCommand({ TransactItems: [add('lost-answer', 1)] }))
    expect(proxy.requests()).toBe(2)
    expect(await read('lost-answer')).toEqual(count('lost-answer', 1))
    client.destroy()
    await proxy.close()
  })
})

describe('TransactGetItems', () => {
  test('reads several items at one moment', async () => {
    await write([put(count('get-a', 1)), put(count('get-b', 1))])
    const get = (sk: string) => ({ Get: { TableName, Key: keyOf(sk) } })
    const command = new TransactGetItemsCommand({ TransactItems: ['get-a', 'nothing', 'get-b'].map(get) })
    const { Responses } = await tables.client.send(command)
    expect(Responses).toEqual([{ Item: count('get-a', 1) }, {}, { Item: count('get-b', 1) }])
  })
})
