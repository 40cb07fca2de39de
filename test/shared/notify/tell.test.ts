import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Fault } from '../../../shared/kernel/fault.ts'
import { minutes } from '../../../shared/kernel/time.ts'
import { order } from '../../../shared/notify/order.ts'
import { SENDING_LEASE } from '../../../shared/notify/try-spending.ts'
import { Mortal } from '../../support/mortal.ts'
import { user } from '../../support/notices.ts'
import { cutBefore, timedOut } from '../../support/scripted-wechat.ts'
import { startTable, type TestTable } from '../../support/table.ts'
import { telling } from '../../support/telling.ts'

let table: TestTable
let world: ReturnType<typeof telling>
beforeAll(async () => {
  table = await startTable()
})
beforeEach(() => {
  world = telling(table)
})
afterAll(() => table.close())

const LEASE = SENDING_LEASE
const counts = () => world.wechat.asked.map(({ message }) => message.data.number4)

async function missed(permits: number) {
  const who = await world.aPerson(permits)
  await world.write(who)
  return who
}

describe('tell', () => {
  it('sums up what was missed, spends one permit, and looks again after the cooldown', async () => {
    const who = await missed(2)
    world.later(1000)
    await world.write(who, { from: user('carol'), preview: '晚安' })
    await world.tellOne(who)
    expect(world.wechat.asked).toMatchObject([
      { to: who.openId, message: { data: { thing2: '[2条] 晚安', number4: '2' } } },
    ])
    expect(await world.left(who.openId)).toBe(1)
    expect(await world.notify(who)).toMatchObject({
      step: 1,
      sending: undefined,
      next: { state: 'waiting', dueAt: world.clock() + 60_000, reason: 'cooldown' },
    })
    expect(world.logged('notice.sent')).toMatchObject([{ outcome: 'sent', messages: 2, senders: 2, waitedMs: 1000 }])
  })

  it('tells what comes after it when the cooldown is over, and nothing twice', async () => {
    const who = await missed(3)
    await world.tellOne(who)
    world.later(1000)
    await world.write(who)
    expect(await world.tellOne(who)).toBe(false)
    world.later(59_000)
    await world.tellOne(who)
    world.later(minutes(10))
    await world.tellOne(who)
    expect(counts()).toEqual(['1', '1'])
    expect((await world.notify(who)).next).toBeUndefined()
  })

  it('tells one of 30 instances that look at the same time', async () => {
    const who = await missed(30)
    await Promise.all(Array.from({ length: 30 }, () => world.tellOne(who)))
    expect(counts()).toEqual(['1'])
    expect(await world.left(who.openId)).toBe(29)
  })

  it('spends the permit of a request whose sender has died, when its lease is over', async () => {
    const who = await world.aPerson(1)
    world.wechat.dies()
    const message = { templateId: world.deps.template, data: {} }
    void order({ to: who.openId, message }, { ...world.deps, orders: world.orders })
    await expect.poll(world.wechat.isAskedInVain).toBe(true)
    world.later(LEASE + 1000)
    await world.write(who)
    await world.tellOne(who)
    expect(world.wechat.asked).toHaveLength(2)
    expect(await world.left(who.openId)).toBe(0)
  })

  it('takes all permits from whoever declines (43101), and rests', async () => {
    const who = await missed(3)
    world.wechat.says(43101)
    await world.tellOne(who)
    expect(await world.left(who.openId)).toBe(0)
    expect(await world.notify(who)).toMatchObject({ step: 0, sending: undefined, next: undefined })
    expect(world.logged('notice.ended')).toMatchObject([{ outcome: 'declined' }])
  })

  it('counts as told what may have arrived', async () => {
    const who = await missed(3)
    world.wechat.says(timedOut())
    await world.tellOne(who)
    world.later(LEASE * 2)
    await world.tellOne(who)
    expect(counts()).toEqual(['1'])
    expect(await world.left(who.openId)).toBe(2)
    expect(world.logged('notice.sent')).toMatchObject([{ outcome: 'unsure' }])
  })

  it.each<[string, number | Fault]>([
    ['another message is on its way (43108)', 43108],
    ['WeChat is busy', -1],
    ['WeChat is not reached', cutBefore()],
    ['the table with the token is out of reach', new Fault('TABLE_UNAVAILABLE', { because: 'x' })],
  ])('tells a little later when %s, with the same permit', async (_, answer) => {
    const who = await missed(1)
    world.wechat.says(answer)
    await world.tellOne(who)
    expect(await world.left(who.openId)).toBe(1)
    const { next, tries } = await world.notify(who)
    expect([next?.state, tries]).toEqual(['waiting', 1])
    await world.write(who)
    world.later(minutes(2))
    await world.tellOne(who)
    expect(counts()).toEqual(['1', '2'])
    expect(await world.left(who.openId)).toBe(0)
  })

  it('fails with what has to be mended, and tells it with what comes next', async () => {
    const who = await missed(1)
    world.wechat.says(40037)
    await world.tellOne(who)
    expect((await world.notify(who)).next).toMatchObject({ state: 'failed' })
    expect(world.logged('notice.failed')).toMatchObject([{ level: 'error', errcode: 40037 }])
    expect(await world.left(who.openId)).toBe(1)
    await world.write(who)
    await world.tellOne(who)
    expect(counts()).toEqual(['1', '2'])
  })

  it('writes nothing back about somebody who was erased meanwhile', async () => {
    const who = await world.aPerson(1)
    await world.write(who)
    const sendSubscribeMessage: typeof world.deps.sendSubscribeMessage = async (to, message) => {
      await world.erase(who)
      return await world.deps.sendSubscribeMessage(to, message)
    }
    await world.tellOne(who, ['message'], { ...world.deps, sendSubscribeMessage })
    expect(world.wechat.asked).toHaveLength(1)
    expect(await world.kept(who)).toEqual([])
  })

  it('rests when the person is gone', async () => {
    const who = await missed(1)
    world.wechat.says(40003)
    await world.tellOne(who)
    expect((await world.notify(who)).next).toBeUndefined()
    expect(await world.left(who.openId)).toBe(1)
  })

  it('asks WeChat for nothing when the template is wrong', async () => {
    const who = await missed(1)
    const noticeOf = () => {
      throw new Fault('TEMPLATE_UNKNOWN', { template: 'x' })
    }
    await world.tellOne(who, ['message'], { ...world.deps, noticeOf })
    expect((await world.notify(who)).next).toEqual({ state: 'failed', reason: 'TEMPLATE_UNKNOWN' })
    expect(world.wechat.asked).toEqual([])
    expect(await world.left(who.openId)).toBe(1)
  })

  describe('when whoever tells dies', () => {
    async function died() {
      const who = await missed(2)
      world.wechat.dies()
      void world.tellOne(who)
      await expect.poll(world.wechat.isAskedInVain).toBe(true)
      await world.write(who)
      return who
    }

    it('waits for the end of the lease', async () => {
      const who = await died()
      world.later(LEASE - 1000)
      expect(await world.tellOne(who)).toBe(false)
      expect(counts()).toEqual(['1'])
    })

    it('tells all of it when WeChat has told of nothing', async () => {
      const who = await died()
      world.later(LEASE)
      await world.tellOne(who)
      expect(counts()).toEqual(['1', '2'])
      expect(await world.left(who.openId)).toBe(1)
      expect(world.logged('notice.resumed')).toMatchObject([{ left: 'unsent' }])
    })

    it('tells what came meanwhile alone when WeChat has told of the other', async () => {
      const who = await died()
      const [first] = world.wechat.asked
      if (first === undefined) throw new Error('never asked')
      await world.tellSent(who.openId, first.msgId)
      world.later(LEASE)
      await world.tellOne(who)
      expect(counts()).toEqual(['1', '1'])
      expect(await world.left(who.openId)).toBe(0)
    })
  })

  describe('when the table is out of reach', () => {
    /** Who it is, notify, permit, what came; both reserved; the permit, both settled. */
    const CALLS = ['GetItem', 'GetItem', 'GetItem', 'Query', 'TransactWriteItems', 'GetItem', 'TransactWriteItems']
    const cases = CALLS.flatMap((_, place) => (['before', 'after'] as const).map((moment) => ({ place, moment })))

    it.each(cases)('$moment call $place, one message goes out all the same', async ({ place, moment }) => {
      const who = await missed(2)
      const calls: string[] = []
      const breaks = new Mortal((crossing) => {
        if (crossing.moment === 'before') calls.push(crossing.what.replace('Command', ''))
        if (crossing.moment === moment && calls.length === place + 1) throw new Error('cut')
        return false
      })
      const telling = world.tellOne(who, ['message'], world.depsOn(breaks.client(table.client())))
      await expect(telling).rejects.toThrow(/^TABLE_UNAVAILABLE/)
      expect(calls).toEqual(CALLS.slice(0, place + 1))

      const [first] = world.wechat.asked
      if (first !== undefined) await world.tellSent(who.openId, first.msgId)
      world.later(LEASE)
      await world.tellOne(who)
      expect(counts()).toEqual(['1'])
      expect(await world.left(who.openId)).toBe(1)
    })
  })
})
