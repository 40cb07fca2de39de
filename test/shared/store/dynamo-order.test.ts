import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { millis, seconds, toMillis } from '../../../shared/kernel/time.ts'
import { dynamoOrders } from '../../../shared/store/dynamo-order.ts'
import { dynamoWork } from '../../../shared/store/dynamo-work.ts'
import { orderKey, personKey } from '../../../shared/store/key.ts'
import type { Order } from '../../../shared/store/order.ts'
import { remaining } from '../../../shared/store/permit.ts'
import { APP_ID, aClock, NOW } from '../../support/build.ts'
import { NOTICE_TEMPLATE } from '../../support/notices.ts'
import { someone } from '../../support/people.ts'
import { startTable, type TestTable } from '../../support/table.ts'
import { lossyProxy } from '../../support/table-proxy.ts'

let table: TestTable
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())
const started: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of started.splice(0)) await close()
})

const clock = aClock()
const aStore = (endpoint = table.endpoint, at = clock) =>
  dynamoOrders(table.client({ endpoint, maxAttempts: 3 }), table.tableName, at)
const work = () => dynamoWork(table.client(), table.tableName, clock)
const aKey = () => orderKey(APP_ID, randomUUID())
const anOrder = (changes: Partial<Order> = {}): Order => ({
  version: 0,
  digest: 'd1',
  until: millis(toMillis(NOW) + 300_000),
  ...changes,
})
async function aPermit() {
  const person = personKey(APP_ID, someone())
  return { person, permit: { ...(await work().permit(person, NOTICE_TEMPLATE, false)), base: 2 } }
}

describe('dynamoOrders', () => {
  it('keeps what was asked for, and later what came of it', async () => {
    const [store, key] = [aStore(), aKey()]
    expect(await store.order(key)).toBeUndefined()
    const version = await store.commit({ key, order: anOrder() })
    expect(await store.order(key)).toEqual({ ...anOrder(), version })
    const ended = anOrder({ version: version ?? 0, outcome: '{"kind":"sent"}' })
    const last = await store.commit({ key, order: ended })
    expect(last).toBeGreaterThan(version ?? Number.NaN)
    expect(await store.order(key)).toEqual({ ...ended, version: last })
  })

  it('writes over nothing that has changed since it was read', async () => {
    const [store, key] = [aStore(), aKey()]
    await store.commit({ key, order: anOrder() })
    expect(await store.commit({ key, order: anOrder({ digest: 'd2' }) })).toBeUndefined()
    expect(await store.commit({ key, order: anOrder({ version: 1 }) })).toBeUndefined()
    expect(await store.order(key)).toMatchObject({ digest: 'd1' })
  })

  it('writes the order and the permit, or neither', async () => {
    const [store, key, { person, permit }] = [aStore(), aKey(), await aPermit()]
    expect(await store.commit({ key, order: anOrder(), permit: { person, permit: { ...permit, version: 5 } } })).toBe(
      undefined,
    )
    expect(await store.order(key)).toBeUndefined()
    const version = await store.commit({ key, order: anOrder(), permit: { person, permit } })
    const written = await work().permit(person, NOTICE_TEMPLATE, false)
    expect([written.version, remaining(written)]).toEqual([version, 2])

    const stale = { key, order: anOrder({ digest: 'd3' }), permit: { person, permit: { ...written, base: 9 } } }
    expect(await store.commit(stale)).toBeUndefined()
    expect(remaining(await work().permit(person, NOTICE_TEMPLATE, false))).toBe(2)
  })

  it('gives both a version that neither has had, also when the clock goes back', async () => {
    const [store, key, { person, permit }] = [aStore(), aKey(), await aPermit()]
    const version = await store.commit({ key, order: anOrder(), permit: { person, permit } })
    const behind = aStore(table.endpoint, aClock(seconds(NOW - 3600)))
    const after = await work().permit(person, NOTICE_TEMPLATE, false)
    const next = { key, order: anOrder({ version: version ?? 0 }), permit: { person, permit: after } }
    expect(await behind.commit(next)).toBe((version ?? Number.NaN) + 1)
  })

  it('takes a key for new when its time is over, though DynamoDB has not deleted it', async () => {
    const [store, key] = [aStore(), aKey()]
    await store.commit({ key, order: anOrder({ outcome: '{"kind":"sent"}' }) })
    const almost = aStore(table.endpoint, aClock(seconds(NOW + 72 * 3600 - 1)))
    expect(await almost.order(key)).toBeDefined()
    expect(await almost.commit({ key, order: anOrder({ digest: 'd2' }) })).toBeUndefined()
    const later = aStore(table.endpoint, aClock(seconds(NOW + 72 * 3600)))
    expect(await later.order(key)).toBeUndefined()
    expect(await later.commit({ key, order: anOrder({ digest: 'd2' }) })).toBeDefined()
    expect(await later.order(key)).toMatchObject({ digest: 'd2' })
  })

  it.each([false, true])('knows its own write when the answer is lost (with a permit: %s)', async (isTogether) => {
    const proxy = await lossyProxy(table.endpoint, 1)
    started.push(proxy.close)
    const key = aKey()
    const changes = { key, order: anOrder(), ...(isTogether ? { permit: await aPermit() } : {}) }
    expect(await aStore(proxy.endpoint).commit(changes)).toBeDefined()
    expect(proxy.requests()).toBe(2)
    expect(await aStore().order(key)).toMatchObject({ digest: 'd1' })
  })

  it('lets one of 30 begin', async () => {
    const [store, key] = [aStore(), aKey()]
    const begun = await Promise.all(Array.from({ length: 30 }, () => store.commit({ key, order: anOrder() })))
    expect(begun.filter((version) => version !== undefined)).toHaveLength(1)
  })

  it('tells keys of two accounts apart, and takes any text for a key', async () => {
    const store = aStore()
    const name = `#../${'x'.repeat(250)}`
    const [own, other] = [orderKey(APP_ID, name), orderKey('wx1111', name)]
    await store.commit({ key: own, order: anOrder() })
    expect(await store.order(own)).toMatchObject({ digest: 'd1' })
    expect(await store.order(other)).toBeUndefined()
  })

  it('fails with the table', async () => {
    const store = dynamoOrders(table.client(), 'no-such-table', clock)
    await expect(store.order(aKey())).rejects.toThrow(/^TABLE_UNAVAILABLE because=ResourceNotFoundException/)
    await expect(store.commit({ key: aKey(), order: anOrder() })).rejects.toThrow(/^TABLE_UNAVAILABLE/)
  })
})
