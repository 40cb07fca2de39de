import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { quietHoursOf } from '../../../shared/config/spans.ts'
import { toSeconds } from '../../../shared/kernel/time.ts'
import { look } from '../../../shared/notify/look.ts'
import { order } from '../../../shared/notify/order.ts'
import { refusal } from '../../../shared/wechat/errcode.ts'
import { startTable, type TestTable } from '../../support/table.ts'
import { telling } from '../../support/telling.ts'

let table: TestTable
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

const MESSAGE = new Set(['message'] as const)

describe('look', () => {
  it('finds somebody of whom IM is to be asked, and writes nothing', async () => {
    const world = telling(table)
    const who = await world.aPerson(1)
    await world.write(who)
    expect(await look(who.person, MESSAGE, world.deps)).toMatchObject({ unseen: [{ preview: '在吗' }] })
    expect((await world.notify(who)).version).toBe(0)
  })

  it('leaves alone whoever has missed nothing', async () => {
    const world = telling(table)
    const who = await world.aPerson(1)
    expect(await look(who.person, MESSAGE, world.deps)).toBeUndefined()
    expect((await world.notify(who)).version).toBe(0)
  })

  it('waits for the morning, and is not asked twice', async () => {
    // It is 16:53:20 in China.
    const world = telling(table, { quietHours: quietHoursOf('16:00-17:00') })
    const who = await world.aPerson(1)
    for (const _ of [1, 2]) {
      await world.write(who)
      expect(await look(who.person, MESSAGE, world.deps)).toBeUndefined()
    }
    expect((await world.notify(who)).next).toEqual({
      state: 'waiting',
      dueAt: world.clock() + 400_000,
      reason: 'quiet-hours',
    })
    expect(world.logged('notice.waiting')).toMatchObject([{ reason: 'quiet-hours', inMs: 400_000 }])
  })

  it('waits 45 s for somebody of whom a login was told', async () => {
    const world = telling(table)
    const who = await world.aPerson(1)
    const change = { userId: who.userId, platform: 'web', isOnline: true, at: world.clock(), kicked: [] } as const
    await world.inbox.stateChange(change)
    world.later(1000)
    await world.write(who)
    expect(await look(who.person, MESSAGE, world.deps)).toBeUndefined()
    expect((await world.notify(who)).next).toMatchObject({ dueAt: world.clock() + 45_000, reason: 'looks-online' })
  })

  it.each(['login', 'reading', 'recall'] as const)('forgets what waits when a %s comes', async (what) => {
    const world = telling(table, { quietHours: quietHoursOf('16:00-17:00') })
    const who = await world.aPerson(1)
    const notice = await world.write(who)
    await look(who.person, MESSAGE, world.deps)
    world.later(1000)
    const { userId } = who
    const at = world.clock()
    if (what === 'login') await world.inbox.stateChange({ userId, platform: 'web', isOnline: true, at, kicked: [] })
    if (what === 'reading') await world.inbox.read({ reader: userId, peer: notice.from, until: toSeconds(at) })
    if (what === 'recall') await world.inbox.recall(notice)
    world.later(what === 'recall' ? 400_000 : 0)
    await look(who.person, new Set(['return'] as const), world.deps)
    expect((await world.notify(who)).next).toBeUndefined()
    expect(world.logged('notice.ended')).toMatchObject([{ outcome: 'nothing-new' }])
    world.later(400_000)
    expect(await look(who.person, MESSAGE, world.deps)).toBeUndefined()
    expect(world.wechat.asked).toEqual([])
  })

  it('says why nobody is told', async () => {
    const world = telling(table)
    const who = await world.aPerson(0)
    await world.write(who)
    await look(who.person, MESSAGE, world.deps)
    await look(`${who.person}x`, MESSAGE, world.deps)
    expect(world.logged('notice.ended').map(({ outcome }) => outcome)).toEqual(['no-permit', 'unknown-person'])
  })

  it('waits while a request holds the last permit, and finds the person when that has given it back', async () => {
    const world = telling(table)
    const who = await world.aPerson(1)
    await world.write(who)
    const message = { templateId: world.deps.template, data: {} }
    const sendSubscribeMessage = async () => {
      expect(await look(who.person, MESSAGE, world.deps)).toBeUndefined()
      throw refusal('POST /cgi-bin/message/subscribe/send', 45009, '')
    }
    await order({ to: who.openId, message }, { ...world.deps, orders: world.orders, sendSubscribeMessage })
    expect((await world.notify(who)).next).toMatchObject({ reason: 'permit-in-use', dueAt: world.clock() + 5000 })
    world.later(5000)
    expect(await look(who.person, MESSAGE, world.deps)).toMatchObject({ unseen: [{ preview: '在吗' }] })
  })

  it('ends without a permit when the request has spent it', async () => {
    const world = telling(table)
    const who = await world.aPerson(1)
    await world.write(who)
    const message = { templateId: world.deps.template, data: {} }
    const sendSubscribeMessage: typeof world.deps.sendSubscribeMessage = async (to, said) => {
      await look(who.person, MESSAGE, world.deps)
      return await world.deps.sendSubscribeMessage(to, said)
    }
    await order({ to: who.openId, message }, { ...world.deps, orders: world.orders, sendSubscribeMessage })
    world.later(5000)
    expect(await look(who.person, MESSAGE, world.deps)).toBeUndefined()
    expect(world.logged('notice.ended')).toMatchObject([{ outcome: 'no-permit' }])
    expect((await world.notify(who)).next).toBeUndefined()
  })

  it('gives up when somebody is quicker each time', async () => {
    const world = telling(table, { quietHours: quietHoursOf('16:00-17:00') })
    const who = await world.aPerson(1)
    await world.write(who)
    const store = { ...world.deps.store, commit: async () => undefined }
    await expect(look(who.person, MESSAGE, { ...world.deps, store })).rejects.toThrow(/because=contention/)
  })
})
