import { describe, expect, test } from 'vitest'
import { linesOf, openLines } from '../../../dev/emulator/dynamo-lines.ts'

const lines = linesOf([
  {
    createTable: {
      TableName: 'work',
      AttributeDefinitions: [],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    },
  },
])
const linesIn = (operation: string, body: unknown): readonly string[] =>
  lines(operation, Buffer.from(JSON.stringify(body)))
const key = (pk: string, sk = 'a') => ({ pk: { S: pk }, sk: { S: sk } })

describe('linesOf', () => {
  const [bob] = linesIn('DeleteItem', { TableName: 'work', Key: key('bob') })

  test('is the same for every write of one item', () => {
    const item = { ...key('bob'), text: { S: 'hello' } }
    expect(linesIn('PutItem', { TableName: 'work', Item: item })).toEqual([bob])
    expect(linesIn('UpdateItem', { TableName: 'work', Key: { sk: { S: 'a' }, pk: { S: 'bob' } } })).toEqual([bob])
    expect(linesIn('BatchWriteItem', { RequestItems: { work: [{ PutRequest: { Item: item } }] } })).toEqual([bob])
  })

  test.each([
    ['table', { TableName: 'other', Key: key('bob') }],
    ['partition', { TableName: 'work', Key: key('ann') }],
    ['sort key', { TableName: 'work', Key: key('bob', 'b') }],
  ])('is another for another %s', (_, body) => {
    expect(linesIn('UpdateItem', body)).not.toEqual([bob])
  })

  test('names every item of a transaction, and one line for all transactions', () => {
    const put = { TransactItems: [{ Put: { TableName: 'work', Item: key('bob') } }] }
    const check = { TransactItems: [{ ConditionCheck: { TableName: 'work', Key: key('ann') } }] }
    const [first, second] = [linesIn('TransactWriteItems', put), linesIn('TransactGetItems', check)]
    expect(first).toContain(bob)
    expect(first.filter((line) => second.includes(line))).toHaveLength(1)
  })

  test('leaves what is no JSON to the engine', () => {
    expect(lines('PutItem', Buffer.from('{'))).toHaveLength(1)
  })
})

describe('openLines', () => {
  test('lets one at a time write an item, in the order of their coming, and others pass', async () => {
    const inTurn = openLines()
    const done: string[] = []
    let release = (): void => undefined
    const held = new Promise<void>((done) => {
      release = done
    })
    const note = (name: string) => async () => void done.push(name)
    const all = [
      inTurn(['bob'], async () => {
        await held
        done.push('first')
      }),
      inTurn(['ann', 'bob'], note('both')),
      inTurn(['ann'], note('behind both')),
    ]
    await inTurn(['eve'], note('elsewhere'))
    release()
    await Promise.all(all)
    expect(done).toEqual(['elsewhere', 'first', 'both', 'behind both'])
  })

  test('goes on after one that failed, who hears of it', async () => {
    const inTurn = openLines()
    const failed = inTurn(['bob'], async () => {
      throw new Error('no')
    })
    const next = inTurn(['bob'], async () => 'yes')
    await expect(failed).rejects.toThrow('no')
    expect(await next).toBe('yes')
  })
})
