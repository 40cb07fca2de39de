import { randomUUID } from 'node:crypto'
import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { writeTogether } from '../../../shared/store/dynamo-writes.ts'
import { type Item, keyItem, putOver } from '../../../shared/store/item.ts'
import { startTable, type TestTable } from '../../support/table.ts'
import { lossyProxy, tableProxy } from '../../support/table-proxy.ts'

let table: TestTable
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())
const started: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of started.splice(0)) await close()
})

const keyed = () => keyItem({ pk: `test#${randomUUID()}`, sk: '-' })
const versioned = (key: Item, version: number): Item => ({
  ...key,
  version: { N: String(version) },
  receipt: { S: randomUUID() },
})
const put = (puts: readonly ReturnType<typeof putOver>[], endpoint = table.endpoint) =>
  writeTogether(
    table.client({ endpoint, maxAttempts: 3 }),
    table.tableName,
    puts.map((each) => ({ put: each })),
    puts[0]?.Item.receipt?.S ?? '',
  )

async function versionOf(Key: Item): Promise<string | undefined> {
  const command = new GetItemCommand({ TableName: table.tableName, Key, ConsistentRead: true })
  return (await table.client().send(command)).Item?.version?.N
}

async function losing(losses: number) {
  const proxy = await lossyProxy(table.endpoint, losses)
  started.push(proxy.close)
  return proxy
}

describe('writeTogether', () => {
  it('has nothing to do with nothing', async () => {
    expect(await put([])).toBe(true)
  })

  it('writes what was not there, and what is as it was read', async () => {
    const key = keyed()
    expect(await put([putOver(0, versioned(key, 1))])).toBe(true)
    expect(await put([putOver(1, versioned(key, 2))])).toBe(true)
    expect(await versionOf(key)).toBe('2')
  })

  it.each([0, 2])('does not write over what is no more as it was read: version %d', async (before) => {
    const key = keyed()
    await put([putOver(0, versioned(key, 1))])
    expect(await put([putOver(before, versioned(key, 3))])).toBe(false)
    expect(await versionOf(key)).toBe('1')
  })

  it.each([0, 1])('writes none of two when the one at place %d has changed', async (stale) => {
    const keys = [keyed(), keyed()]
    const puts = keys.map((key, place) => putOver(place === stale ? 7 : 0, versioned(key, 8)))
    expect(await put(puts)).toBe(false)
    expect(await Promise.all(keys.map(versionOf))).toEqual([undefined, undefined])
    expect(await put(keys.map((key) => putOver(0, versioned(key, 8))))).toBe(true)
    expect(await Promise.all(keys.map(versionOf))).toEqual(['8', '8'])
  })

  it.each([1, 2])('knows its own write of %d when the answer is lost and the SDK repeats the call', async (count) => {
    const proxy = await losing(1)
    const keys = Array.from({ length: count }, keyed)
    expect(
      await put(
        keys.map((key) => putOver(0, versioned(key, 1))),
        proxy.endpoint,
      ),
    ).toBe(true)
    expect(proxy.requests()).toBe(2)
    expect(await Promise.all(keys.map(versionOf))).toEqual(keys.map(() => '1'))
  })

  it("does not take another's write for its own when an answer is lost", async () => {
    const proxy = await losing(1)
    const key = keyed()
    await put([putOver(0, versioned(key, 1))])
    expect(await put([putOver(0, versioned(key, 1))], proxy.endpoint)).toBe(false)
    expect(proxy.requests()).toBe(2)
  })

  it.each([1, 2])('fails, with %d, when nobody answers at all', async (count) => {
    const proxy = await tableProxy(table.endpoint, { before: () => true })
    started.push(proxy.close)
    const keys = Array.from({ length: count }, keyed)
    const putting = put(
      keys.map((key) => putOver(0, versioned(key, 1))),
      proxy.endpoint,
    )
    await expect(putting).rejects.toThrow(/^TABLE_UNAVAILABLE/)
    expect(await Promise.all(keys.map(versionOf))).toEqual(keys.map(() => undefined))
  })

  it('lets one of 20 write that all have read the same', async () => {
    const key = keyed()
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => put([putOver(0, versioned(key, 1))])))
    expect(outcomes.filter(Boolean)).toHaveLength(1)
  })
})
