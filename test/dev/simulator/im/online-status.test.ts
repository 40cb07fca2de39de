import { describe, expect, test } from 'vitest'
import { aWorld, type Members } from './world.ts'

const accountsIn = (list: unknown): readonly unknown[] =>
  Array.isArray(list) ? list.map((one: Members) => one.To_Account) : []

describe('query_online_status', () => {
  test('tells who is there, who is not, and who is not known', async () => {
    const { im, query } = await aWorld()
    await im.comeOnline('alice')
    im.importAccount('bob')
    await im.setStatus('carol', 'PushOnline')
    const answer = await query(['alice', 'bob', 'carol', 'nobody'])
    expect(answer).toMatchObject({ ActionStatus: 'OK', ErrorInfo: '', ErrorCode: 0 })
    expect(answer.QueryResult).toHaveLength(3)
    expect(answer.QueryResult).toEqual(
      expect.arrayContaining([
        { To_Account: 'alice', Status: 'Online' },
        { To_Account: 'bob', Status: 'Offline' },
        { To_Account: 'carol', Status: 'PushOnline' },
      ]),
    )
    expect(answer.ErrorList).toEqual([{ To_Account: 'nobody', ErrorCode: 70107 }])
  })

  test('has no ErrorList when everybody is known', async () => {
    const { query } = await aWorld()
    expect(await query(['administrator'])).not.toHaveProperty('ErrorList')
  })

  test('has the details of those who are somewhere, in words of its own', async () => {
    const { im, query } = await aWorld()
    await im.comeOnline('alice')
    await im.comeOnline('alice', 'iOS')
    await im.closeApp('alice', 'iOS')
    await im.comeOnline('alice', 'Windows')
    im.importAccount('bob')
    const { QueryResult } = await query(['alice', 'bob'], { IsNeedDetail: 1 })
    expect(QueryResult).toEqual(
      expect.arrayContaining([
        {
          To_Account: 'alice',
          Status: 'Online',
          Detail: expect.arrayContaining([
            { Platform: 'Web', Status: 'Online' },
            { Platform: 'iPhone', Status: 'PushOnline' },
            { Platform: 'PC', Status: 'Online' },
          ]),
        },
        { To_Account: 'bob', Status: 'Offline' },
      ]),
    )
  })

  test('says State on the international site', async () => {
    const { im, query } = await aWorld({ statusField: 'State' })
    await im.comeOnline('alice')
    const { QueryResult } = await query(['alice'], { IsNeedDetail: 1 })
    expect(QueryResult).toEqual([
      { To_Account: 'alice', State: 'Online', Detail: [{ Platform: 'Web', State: 'Online' }] },
    ])
  })

  test('answers in an order of its own, the same each time, and about each person once', async () => {
    const { im, query } = await aWorld()
    const people = Array.from({ length: 20 }, (_, n) => `user${n}`)
    for (const userId of people) im.importAccount(userId)
    const first = accountsIn((await query([...people, ...people])).QueryResult)
    expect(first).not.toEqual(people)
    expect(first.toSorted()).toEqual(people.toSorted())
    expect(accountsIn((await query(people.toReversed())).QueryResult)).toEqual(first)
  })

  test.each([
    ['nobody', [], 90001],
    ['501 people', Array.from({ length: 501 }, (_, n) => `user${n}`), 90011],
    ['no list', 'alice', 90003],
    ['a number', ['alice', 7], 90003],
    ['an empty name', [''], 90003],
    ['nothing', undefined, 90003],
  ])('refuses %s', async (_, accounts, errorCode) => {
    const { query } = await aWorld()
    expect(await query(accounts)).toMatchObject({ ActionStatus: 'FAIL', ErrorCode: errorCode })
  })

  test('takes 500 people', async () => {
    const { query } = await aWorld()
    const { ErrorList } = await query(Array.from({ length: 500 }, (_, n) => `user${n}`))
    expect(ErrorList).toHaveLength(500)
  })

  test.each([true, 2, '1'])('refuses %j for IsNeedDetail', async (flag) => {
    const { query } = await aWorld()
    expect(await query(['administrator'], { IsNeedDetail: flag })).toMatchObject({ ErrorCode: 90003 })
  })
})
