import { describe, expect, test } from 'vitest'
import { aCloudWorld } from '../../../support/cloud.ts'

const thrown = (members: Readonly<Record<string, unknown>>) => ({ thrown: expect.objectContaining(members) })
const START = `const t = await db.startTransaction(); const inside = t.collection('things');`
const A = `await at.add({ data: { _id: 'a', n: 1 } });`
const CONFLICT = { errCode: -501001, errMsg: expect.stringContaining('TransactionConflict') }

describe('a transaction', () => {
  test('shows its writes to itself, and to others when it is committed', async () => {
    const { run } = await aCloudWorld()
    const script = `${A} ${START}
      const n = async (of, id) => ((await of.doc(id).get()).data || {}).n
      await inside.doc('a').update({ data: { n: 2 } })
      await inside.doc('b').set({ data: { n: 3 } })
      const before = [await n(inside, 'a'), await n(inside, 'b'), await n(at, 'a'), await n(at, 'b')]
      await t.commit()
      return { before, after: [await n(at, 'a'), await n(at, 'b')] }`
    expect(await run(script)).toEqual({ before: [2, 3, 1, null], after: [2, 3] })
  })

  test('leaves nothing behind when it is rolled back, and lets the document go', async () => {
    const { gateway, run } = await aCloudWorld()
    await run(
      `${A} ${START} await inside.doc('a').remove(); await inside.add({ data: { _id: 'b' } }); await t.rollback()`,
    )
    expect(gateway.database.documents('things')).toEqual([{ _id: 'a', n: 1 }])
    expect(await run(`return at.doc('a').update({ data: { n: 2 } })`)).toMatchObject({ stats: { updated: 1 } })
  })

  test('reads the database as it was when it began', async () => {
    const { run } = await aCloudWorld()
    const script = `${A} ${START} await at.doc('a').update({ data: { n: 2 } }); return (await inside.doc('a').get()).data.n`
    expect(await run(script)).toBe(1)
  })

  test('conflicts where it writes what was written since', async () => {
    const { gateway, run } = await aCloudWorld()
    const script = `${A} ${START} await inside.doc('b').set({ data: { n: 1 } }); await at.doc('a').update({ data: { n: 2 } }); await inside.doc('a').update({ data: { n: 3 } })`
    expect(await run(script)).toEqual(thrown(CONFLICT))
    expect(gateway.database.documents('things')).toEqual([{ _id: 'a', n: 2 }])
  })

  test('of two that write the same document the second conflicts', async () => {
    const { gateway, run } = await aCloudWorld()
    const script = `${A} ${START} const other = (await db.startTransaction()).collection('things')
      await inside.doc('a').update({ data: { n: 2 } })
      try { await other.doc('a').update({ data: { n: 3 } }) } finally { await t.commit() }`
    expect(await run(script)).toEqual(thrown(CONFLICT))
    expect(gateway.database.documents('things')).toEqual([{ _id: 'a', n: 2 }])
  })

  test('holds up a write from outside until it ends', async () => {
    const { run } = await aCloudWorld()
    const script = `${A} ${START} await inside.doc('a').update({ data: { n: 2 } })
      const order = []
      const outside = at.doc('a').update({ data: { n: _.inc(10) } }).then(() => order.push('outside'))
      await inside.doc('b').get(); order.push('commit'); await t.commit(); await outside
      return { order, n: (await at.doc('a').get()).data.n }`
    expect(await run(script)).toEqual({ order: ['commit', 'outside'], n: 12 })
  })

  test('takes one action at a time', async () => {
    const { run } = await aCloudWorld({ transactionHoldMs: 200 })
    expect(await run(`${START} await Promise.all([inside.doc('a').get(), inside.doc('b').get()])`)).toEqual(
      thrown({ errCode: -501001, errMsg: expect.stringContaining('TransactionBusy') }),
    )
  })

  test('is over when it has been committed: the SDK hands on the code of the gateway', async () => {
    const { run } = await aCloudWorld()
    expect(await run(`${START} await t.commit(); await t.commit()`)).toEqual({
      thrown: { code: 'DATABASE_TRANSACTION_NOT_EXIST', message: expect.any(String) },
    })
  })

  test('is over when it has been left open for too long', async () => {
    const { run } = await aCloudWorld({ transactionLifetimeMs: 1 })
    const script = `${A} ${START} await new Promise((later) => setTimeout(later, 20)); await inside.doc('a').get()`
    expect(await run(script)).toEqual(thrown({ errMsg: expect.stringContaining('TransactionNotExist') }))
  })

  test('is not told of a query that updates: it is done outside', async () => {
    const { gateway, run } = await aCloudWorld()
    await run(`${A} ${START} await inside.where({ _id: 'a' }).update({ data: { n: 2 } }); await t.rollback()`)
    expect(gateway.database.documents('things')).toEqual([{ _id: 'a', n: 2 }])
  })

  test('fails to commit as it was asked to, without a number', async () => {
    const { gateway, run } = await aCloudWorld()
    const gatewayError = { code: 'DATABASE_TRANSACTION_CONFLICT', message: 'Transaction is conflict' }
    gateway.database.fail({ path: 'commitTransaction', times: 1, gatewayError })
    const script = `${A} ${START} await inside.doc('a').update({ data: { n: 2 } }); await t.commit()`
    expect(await run(script)).toEqual({ thrown: gatewayError })
    expect(gateway.database.documents('things')).toEqual([{ _id: 'a', n: 1 }])
  })
})
