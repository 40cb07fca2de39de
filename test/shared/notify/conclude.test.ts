import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { conclude } from '../../../shared/notify/conclude.ts'
import { look } from '../../../shared/notify/look.ts'
import { refusal } from '../../../shared/wechat/errcode.ts'
import { startTable, type TestTable } from '../../support/table.ts'
import { type Told, telling } from '../../support/telling.ts'

let table: TestTable
let world: ReturnType<typeof telling>
beforeAll(async () => {
  table = await startTable()
})
beforeEach(() => {
  world = telling(table)
})
afterAll(() => table.close())

async function concluded(who: Told, status: Parameters<typeof conclude>[1], deps = world.deps): Promise<void> {
  const candidate = await look(who.person, new Set(['message'] as const), deps)
  if (candidate !== undefined) await conclude(candidate, status, deps)
}

describe('conclude', () => {
  it.each([
    ['Offline', 'offline', 1],
    ['Offline', 'not-online', 1],
    ['PushOnline', 'offline', 0],
    ['PushOnline', 'not-online', 1],
    ['Online', 'offline', 0],
    ['Online', 'not-online', 0],
    ['unknown-account', 'offline', 0],
  ] as const)('of %s, to be told when %s, tells %d', async (status, notifyWhen, times) => {
    const who = await world.aPerson(1)
    await world.write(who)
    await concluded(who, status, { ...world.deps, notifyWhen })
    expect(world.wechat.asked).toHaveLength(times)
    expect(await world.left(who.openId)).toBe(1 - times)
  })

  it('looks once more, 45 s after the message, at whoever is online, and then takes it for seen', async () => {
    const who = await world.aPerson(1)
    await world.write(who)
    world.later(10_000)
    await concluded(who, 'Online')
    expect((await world.notify(who)).next).toMatchObject({ dueAt: world.clock() + 35_000, reason: 'looks-online' })
    world.later(35_000)
    await concluded(who, 'Online')
    expect((await world.notify(who)).next).toBeUndefined()
    expect(world.logged('notice.ended')).toMatchObject([{ outcome: 'seen' }])
    await concluded(who, 'Offline')
    expect(world.wechat.asked).toEqual([])
  })

  it('tells, 45 s after the message, whoever only looked online', async () => {
    const who = await world.aPerson(1)
    await world.write(who)
    await concluded(who, 'Online')
    world.later(45_000)
    await concluded(who, 'Offline')
    expect(world.wechat.asked).toHaveLength(1)
  })

  it('of what is seen tells nothing, and of what came later all, when the person is gone', async () => {
    const who = await world.aPerson(1)
    await world.write(who, { preview: 'first' })
    world.later(44_000)
    await world.write(who, { preview: 'second' })
    world.later(1000)
    await concluded(who, 'Online')
    expect((await world.notify(who)).next).toMatchObject({ dueAt: world.clock() + 44_000 })
    world.later(44_000)
    await concluded(who, 'Offline')
    expect(world.wechat.asked.map(({ message }) => message.data.number4)).toEqual(['1'])
  })

  it('ends with somebody whom IM does not know', async () => {
    const who = await world.aPerson(1)
    await world.write(who)
    await concluded(who, 'unknown-account')
    expect(world.logged('notice.ended')).toMatchObject([{ outcome: 'not-in-im' }])
    expect((await world.notify(who)).next).toBeUndefined()
  })

  it('asks five times with back-off when nobody knows, and then takes the callbacks at their word', async () => {
    const who = await world.aPerson(1)
    await world.write(who)
    const pauses: number[] = []
    for (let tries = 0; tries < 5; tries += 1) {
      await concluded(who, undefined)
      const { next } = await world.notify(who)
      if (next?.state !== 'waiting') throw new Error('it does not wait')
      pauses.push(next.dueAt - world.clock())
      world.later(next.dueAt - world.clock())
      expect(world.wechat.asked).toEqual([])
    }
    expect(pauses).toEqual([15_000, 30_000, 60_000, 120_000, 240_000])
    await concluded(who, undefined)
    expect(world.wechat.asked).toHaveLength(1)
    expect(world.logged('notice.retried')).toHaveLength(5)
  })

  it('counts its questions to IM apart from what WeChat has refused', async () => {
    const who = await world.aPerson(1)
    await world.write(who)
    for (let refusals = 0; refusals < 5; refusals += 1) {
      world.wechat.says(refusal('POST /cgi-bin/message/subscribe/send', -1, ''))
      await world.tellOne(who)
      world.later(3_600_000)
    }
    const asked = world.wechat.asked.length
    const onlineStatus = async () => new Map()
    await world.tellOne(who, ['message'], { ...world.deps, onlineStatus })
    expect(world.wechat.asked).toHaveLength(asked)
    expect(await world.notify(who)).toMatchObject({ questions: 1, next: { reason: 'IM_UNREACHABLE' } })
  })

  it('does not tell somebody of whom a login is the last word, when nobody knows', async () => {
    const who = await world.aPerson(1)
    const { userId } = who
    await world.inbox.stateChange({ userId, platform: 'ios', isOnline: true, at: world.clock(), kicked: [] })
    world.later(1000)
    await world.write(who)
    world.later(45_000)
    for (let tries = 0; tries < 6; tries += 1) {
      await concluded(who, undefined)
      world.later(240_000)
    }
    expect(world.wechat.asked).toEqual([])
    expect(world.logged('notice.ended')).toMatchObject([{ outcome: 'seen' }])
  })

  it('looks anew when somebody else has written meanwhile, and tells nothing twice', async () => {
    const who = await world.aPerson(3)
    await world.write(who)
    const looked = await Promise.all([1, 2, 3].map(() => look(who.person, new Set(['message'] as const), world.deps)))
    await Promise.all(
      looked.map(async (candidate) => {
        if (candidate !== undefined) await conclude(candidate, 'Offline', world.deps)
      }),
    )
    expect(world.wechat.asked).toHaveLength(1)
    expect(await world.left(who.openId)).toBe(2)
  })

  it('gives up when somebody is quicker each time', async () => {
    const who = await world.aPerson(1)
    await world.write(who)
    const store = { ...world.deps.store, commit: async () => undefined }
    await expect(concluded(who, 'Offline', { ...world.deps, store })).rejects.toThrow(/because=contention/)
    expect(world.wechat.asked).toEqual([])
  })
})
