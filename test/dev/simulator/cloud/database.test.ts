import { describe, expect, test } from 'vitest'
import { aCloudWorld } from '../../../support/cloud.ts'

const thrown = (members: Readonly<Record<string, unknown>>) => ({ thrown: expect.objectContaining(members) })
const MISSING = 'return db.collection("others").add({ data: { _id: "a" } })'

describe('a collection', () => {
  test('that does not exist is -502005 to every action', async () => {
    const { run } = await aCloudWorld()
    for (const call of [
      'add({ data: { a: 1 } })',
      'doc("a").get()',
      'where({ a: 1 }).update({ data: { a: 2 } })',
      'get()',
    ]) {
      expect(await run(`return db.collection('others').${call}`)).toEqual(thrown({ errCode: -502005 }))
    }
  })

  test('can be created, once: then the SDK says -1 and the code of the gateway', async () => {
    const { gateway, run } = await aCloudWorld()
    const create = 'return db.createCollection("others")'
    expect(await run(create)).toMatchObject({ errMsg: 'createCollection:ok' })
    expect(await run(MISSING)).toMatchObject({ _id: 'a' })
    expect(gateway.database.documents('others')).toEqual([{ _id: 'a' }])
    expect(await run(create)).toEqual(
      thrown({
        errCode: -1,
        code: 'DATABASE_COLLECTION_ALREADY_EXIST',
        errMsg: expect.stringContaining('Table exist'),
      }),
    )
  })
})

describe('a document', () => {
  test('comes back as it was written', async () => {
    const { gateway, run } = await aCloudWorld()
    const data = {
      _id: 'a',
      text: '你好 "😀"',
      small: 1,
      large: 1760000000123,
      half: 0.5,
      less: -7,
      none: null,
      list: [1, 'b'],
      in: { x: 1 },
    }
    await run(`await at.add({ data: { ...${JSON.stringify(data)}, when: new Date(1760000000000) } })`)
    expect(await run(`return at.doc('a').get()`)).toMatchObject({ data: { ...data, when: '2025-10-09T08:53:20.000Z' } })
    expect(gateway.database.documents('things')).toEqual([{ ...data, when: new Date(1_760_000_000_000) }])
  })

  test('is added once under its id: afterwards -502001 with the words of MongoDB', async () => {
    const { gateway, run } = await aCloudWorld()
    const add = (n: number) => run(`return at.add({ data: { _id: 'a', n: ${n} } })`)
    expect(await add(1)).toMatchObject({ _id: 'a' })
    expect(await add(2)).toEqual(
      thrown({ errCode: -502001, errMsg: expect.stringMatching(/E11000 duplicate key error .*_id_/) }),
    )
    expect(gateway.database.documents('things')).toEqual([{ _id: 'a', n: 1 }])
  })

  test('gets an id when it has none', async () => {
    const { run } = await aCloudWorld()
    expect(await run('return at.add({ data: { n: 1 } })')).toMatchObject({
      _id: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
  })

  test('that does not exist is an error of the SDK, or null when it is told so', async () => {
    const { run } = await aCloudWorld()
    expect(await run(`return at.doc('a').get()`)).toMatchObject({ data: null })
    expect(await run(`return cloud.database().collection('things').doc('a').get()`)).toEqual(
      thrown({ errCode: -1, errMsg: 'document.get:fail document with _id a does not exist' }),
    )
  })

  test('is set as a whole, changed in part, and removed', async () => {
    const { gateway, run } = await aCloudWorld()
    const doc = () => gateway.database.documents('things')?.[0]
    expect(await run(`return at.doc('a').set({ data: { n: 1, m: 1 } })`)).toMatchObject({
      stats: { updated: 0, created: 1 },
    })
    expect(await run(`return at.doc('a').set({ data: { n: 2 } })`)).toMatchObject({ stats: { updated: 1, created: 0 } })
    expect(doc()).toEqual({ _id: 'a', n: 2 })
    expect(await run(`return at.doc('a').update({ data: { n: _.inc(3), in: { x: 1 } } })`)).toMatchObject({
      stats: { updated: 1 },
    })
    expect(doc()).toEqual({ _id: 'a', n: 5, in: { x: 1 } })
    await run(`await at.doc('a').update({ data: { in: { y: 2 }, n: _.remove() } })`)
    expect(doc()).toEqual({ _id: 'a', in: { x: 1, y: 2 } })
    expect(await run(`return at.doc('b').update({ data: { n: 1 } })`)).toMatchObject({ stats: { updated: 0 } })
    expect(await run(`return at.doc('a').remove()`)).toMatchObject({ stats: { removed: 1 } })
    expect(await run(`return at.doc('a').remove()`)).toMatchObject({ stats: { removed: 0 } })
  })

  test('of more than a megabyte is refused', async () => {
    const { gateway, run } = await aCloudWorld()
    expect(await run(`return at.add({ data: { text: 'a'.repeat(1024 * 1024) } })`)).toEqual(
      thrown({ errCode: -502001 }),
    )
    expect(gateway.database.documents('things')).toEqual([])
  })
})

describe('a query', () => {
  const FIVE = `await at.add({ data: [3, 1, 5, 2, 4].map((n) => ({ _id: 'd' + n, n, odd: n % 2 === 1 })) });`
  const idsOf = (query: string): string => `${FIVE} return (await ${query}.get()).data.map(({ _id }) => _id)`

  test.each([
    ['equality', 'at.where({ odd: true })', ['d3', 'd1', 'd5']],
    ['more than', 'at.where({ n: _.gt(3) })', ['d5', 'd4']],
    ['at most', 'at.where({ n: _.lte(2) })', ['d1', 'd2']],
    ['a range', 'at.where({ n: _.gt(1).and(_.lte(3)) })', ['d3', 'd2']],
    ['all of', 'at.where(_.and([{ odd: true }, { n: _.gte(3) }]))', ['d3', 'd5']],
    ['one of', 'at.where(_.or([{ n: 1 }, { n: 4 }]))', ['d1', 'd4']],
    ['some', 'at.where({ n: _.in([2, 5, 9]) })', ['d5', 'd2']],
    ['not', 'at.where({ n: _.neq(3) }).limit(2)', ['d1', 'd5']],
    ['a type that it is not', `at.where({ n: _.gt('0') })`, []],
    ['an order and a limit', `at.orderBy('n', 'asc').limit(2)`, ['d1', 'd2']],
    [
      'an order downwards after some',
      `at.orderBy('odd', 'desc').orderBy('n', 'desc').skip(1).limit(3)`,
      ['d3', 'd1', 'd4'],
    ],
  ])('by %s', async (_, query, ids) => {
    const { run } = await aCloudWorld()
    expect(await run(idsOf(query))).toEqual(ids)
  })

  test('says how many were changed: one of two that change the same version', async () => {
    const { gateway, run } = await aCloudWorld()
    await run(`await at.add({ data: { _id: 'a', version: 1 } })`)
    const change = (by: string) =>
      run(`return at.where({ _id: 'a', version: 1 }).update({ data: { version: 2, by: '${by}' } })`)
    const both = await Promise.all([change('x'), change('y')])
    expect(both).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ stats: { updated: 1 } }),
        expect.objectContaining({ stats: { updated: 0 } }),
      ]),
    )
    expect(gateway.database.documents('things')).toMatchObject([{ version: 2 }])
  })

  test('removes all that it finds', async () => {
    const { gateway, run } = await aCloudWorld()
    expect(await run(`${FIVE} return at.where({ n: _.gt(1) }).remove()`)).toMatchObject({ stats: { removed: 4 } })
    expect(gateway.database.documents('things')).toMatchObject([{ _id: 'd1' }])
  })

  test('with an operator that is not known here is refused, not misread', async () => {
    const { run } = await aCloudWorld()
    expect(await run(`${FIVE} return at.where({ n: _.mod(2, 1) }).get()`)).toEqual(thrown({ errCode: -502002 }))
  })
})

describe('a database', () => {
  test.each([
    ['absent', -501009],
    ['forbidden', -502003],
  ] as const)('that is %s says %i', async (database, errCode) => {
    const { run } = await aCloudWorld({ database })
    expect(await run(`return at.add({ data: { a: 1 } })`)).toEqual(thrown({ errCode }))
    expect(await run(`return at.doc('a').get()`)).toEqual(thrown({ errCode }))
  })

  test.each<readonly [string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]>([
    [
      'a gateway error',
      { gatewayError: { code: 'DATABASE_DUPLICATE_WRITE', message: 'index key duplicate' } },
      { errCode: -501001 },
    ],
    ['status 500', { status: 500 }, { errCode: -501001 }],
    ['a reset', { reset: true }, { errCode: -501001 }],
  ])('that fails with %s does nothing, and does it the next time', async (_, failure, error) => {
    const { gateway, run } = await aCloudWorld()
    gateway.database.fail({ path: 'insertDocument', times: 1, ...failure })
    const add = `return at.add({ data: { _id: 'a' } })`
    expect(await run(add)).toEqual(thrown(error))
    expect(gateway.database.documents('things')).toEqual([])
    expect(await run(add)).toMatchObject({ _id: 'a' })
  })

  test('can lose its answer after it has written', async () => {
    const { gateway, run } = await aCloudWorld()
    gateway.database.fail({ path: '*', times: 1, reset: true, afterEffect: true })
    expect(await run(`return at.add({ data: { _id: 'a' } })`)).toEqual(thrown({ errCode: -501001 }))
    expect(gateway.database.documents('things')).toEqual([{ _id: 'a' }])
  })

  test('does not take a failure that it cannot have', async () => {
    const { gateway } = await aCloudWorld()
    expect(() => gateway.database.fail({ path: '*', times: 1, errcode: 45015 })).toThrow(TypeError)
  })
})
