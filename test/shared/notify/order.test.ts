import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { seconds } from '../../../shared/kernel/time.ts'
import { order } from '../../../shared/notify/order.ts'
import { readRequest } from '../../../shared/notify/request.ts'
import { SENDING_LEASE } from '../../../shared/notify/try-spending.ts'
import { tableUnavailable } from '../../../shared/store/table-call.ts'
import { refusal } from '../../../shared/wechat/errcode.ts'
import { Mortal } from '../../support/mortal.ts'
import { aSendRequest, ordering, SHIPPED, SHIPPED_DATA } from '../../support/ordering.ts'
import { someone } from '../../support/people.ts'
import { cutBefore, timedOut } from '../../support/scripted-wechat.ts'
import { startTable, type TestTable } from '../../support/table.ts'

let table: TestTable
let world: ReturnType<typeof ordering>
beforeAll(async () => {
  table = await startTable()
})
beforeEach(() => {
  world = ordering(table)
})
afterAll(() => table.close())

/** A request to somebody who has allowed so many. */
async function asked(allowed: number, to = someone()) {
  await world.allow(to, allowed)
  return aSendRequest({ to })
}
const LEASE = seconds(SENDING_LEASE / 1000)

describe('order', () => {
  it('sends what is asked for, with one permit', async () => {
    const request = await asked(2)
    const outcome = await order(request, world.deps)
    expect(outcome).toEqual({ kind: 'sent', msgId: world.wechat.asked[0]?.msgId })
    expect(world.wechat.asked).toMatchObject([{ to: request.to, message: request.message }])
    expect(await world.left(request.to)).toBe(1)
  })

  it('sends one message for 50 who ask under one key at once', async () => {
    const request = await asked(50)
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => order(request, world.deps)))
    const sent = { kind: 'sent', msgId: world.wechat.asked[0]?.msgId }
    expect(world.wechat.asked).toHaveLength(1)
    expect(outcomes.filter(({ kind }) => kind !== 'in-progress')).toContainEqual(sent)
    for (const outcome of outcomes) if (outcome.kind !== 'in-progress') expect(outcome).toEqual(sent)
    expect(await order(request, world.deps)).toEqual(sent)
    expect(await world.left(request.to)).toBe(49)
  })

  it('sends 12 messages under 12 keys to one person at once, each with a permit of its own', async () => {
    const { to } = await asked(12)
    const requests = Array.from({ length: 12 }, () => aSendRequest({ to }))
    const outcomes = await Promise.all(requests.map((request) => order(request, world.deps)))
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['sent']))
    expect(world.wechat.asked).toHaveLength(12)
    expect(await world.left(to)).toBe(0)
  })

  it('gives way longer and longer to whoever is quicker, and says at last that nothing was sent', async () => {
    const orders = { ...world.deps.orders, commit: async () => undefined }
    const outcome = order(await asked(1), { ...world.deps, orders, random: () => 1 })
    await expect(outcome).rejects.toThrow(/^TABLE_UNAVAILABLE because=contention/)
    expect(world.pauses.slice(0, 6)).toEqual([20, 40, 80, 160, 320, 500])
    expect(world.wechat.asked).toEqual([])
  })

  it('sends no more than was allowed, whoever asks at once', async () => {
    const { to } = await asked(3)
    const requests = Array.from({ length: 10 }, () => aSendRequest({ to }))
    await Promise.all(requests.map((request) => order(request, world.deps)))
    const outcomes = await Promise.all(requests.map((request) => order(request, world.deps)))
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual([
      ...Array(7).fill('no-permit'),
      ...Array(3).fill('sent'),
    ])
    expect(world.wechat.asked).toHaveLength(3)
  })

  it('says to ask again while another one holds the last permit, and sends it when that gives it back', async () => {
    const [first, second] = [await asked(1), aSendRequest()]
    const request = { ...second, to: first.to }
    const meanwhile: unknown[] = []
    const sendSubscribeMessage = async () => {
      meanwhile.push(await order(request, world.deps))
      throw refusal('POST /cgi-bin/message/subscribe/send', 45009, '')
    }
    expect(await order(first, { ...world.deps, sendSubscribeMessage })).toMatchObject({ kind: 'try-again' })
    expect(meanwhile).toEqual([{ kind: 'try-again', reason: 'permit-in-use' }])
    expect(await order(request, world.deps)).toMatchObject({ kind: 'sent' })
    expect(await order(first, world.deps)).toEqual({ kind: 'no-permit' })
  })

  it('takes requests without a key for different ones', async () => {
    const { idempotencyKey: _, ...request } = await asked(2)
    await order(request, world.deps)
    await order(request, world.deps)
    expect(world.wechat.asked).toHaveLength(2)
  })

  it.each([
    ['data', { message: { templateId: SHIPPED, data: { ...SHIPPED_DATA, thing2: '茶杯' } } }],
    ['page', { message: { templateId: SHIPPED, data: SHIPPED_DATA, page: 'pages/a' } }],
    ['person', { to: 'oTEST_AAAAAAAAAAAAAAAAAAAAAA' }],
  ])('refuses a key that comes again with another %s', async (_, changes) => {
    const request = await asked(2)
    await order(request, world.deps)
    await expect(order({ ...request, ...changes }, world.deps)).rejects.toThrow(/^KEY_REUSED/)
    expect(world.wechat.asked).toHaveLength(1)
  })

  it('does not mind in which order the data of the same request stands', async () => {
    const { to, idempotencyKey } = await asked(2)
    const given = (data: object) => readRequest({ to, template: SHIPPED, data, idempotencyKey })
    const sent = await order(given(SHIPPED_DATA), world.deps)
    const turned = Object.fromEntries(Object.entries(SHIPPED_DATA).toReversed())
    expect(await order(given(turned), world.deps)).toEqual(sent)
  })

  it('forgets a key after 72 hours, whether or not DynamoDB has deleted it', async () => {
    const request = await asked(2)
    await order(request, world.deps)
    world.clock.advance(seconds(72 * 3600 - 1))
    await order(request, world.deps)
    expect(world.wechat.asked).toHaveLength(1)
    world.clock.advance(seconds(1))
    expect(await order({ ...request, to: request.to }, world.deps)).toMatchObject({ kind: 'sent' })
    expect(world.wechat.asked).toHaveLength(2)
  })

  it('reaches whoever has logged in by the UserID, and nobody else', async () => {
    const openId = someone()
    await world.join('u_reachable', openId)
    await world.allow(openId, 1)
    expect(await order(aSendRequest({ to: 'u_reachable' }), world.deps)).toMatchObject({ kind: 'sent' })
    expect(world.wechat.asked[0]?.to).toBe(openId)
    expect(await order(aSendRequest({ to: 'u_reachabl' }), world.deps)).toEqual({ kind: 'unknown-person' })
  })

  it('asks WeChat for nobody who has not allowed it, and says so again', async () => {
    const request = aSendRequest()
    expect(await order(request, world.deps)).toEqual({ kind: 'no-permit' })
    await world.allow(request.to, 1)
    expect(await order(request, world.deps)).toEqual({ kind: 'no-permit' })
    expect(world.wechat.asked).toEqual([])
  })

  it('takes all permits from whoever declines (43101), for good under that key', async () => {
    const request = await asked(3)
    world.wechat.says(43101)
    expect(await order(request, world.deps)).toEqual({ kind: 'declined' })
    expect(await order(request, world.deps)).toEqual({ kind: 'declined' })
    expect(await world.left(request.to)).toBe(0)
    expect(world.wechat.asked).toHaveLength(1)
  })

  it('waits a little for another message to the same person (43108)', async () => {
    const request = await asked(1)
    world.wechat.says(43108, 43108, 43108)
    expect(await order(request, world.deps)).toMatchObject({ kind: 'sent' })
    expect(world.pauses).toEqual([300, 700, 1500])
    expect(await world.left(request.to)).toBe(0)
  })

  it('says to ask again when that goes on, and then sends it', async () => {
    const request = await asked(1)
    world.wechat.says(43108, 43108, 43108, 43108)
    expect(await order(request, world.deps)).toEqual({ kind: 'try-again', reason: 'concurrent-send', errcode: 43108 })
    expect(await world.left(request.to)).toBe(1)
    expect(await order(request, world.deps)).toMatchObject({ kind: 'sent' })
    expect(await world.left(request.to)).toBe(0)
  })

  it('keeps nothing of what may be tried again, but the key', async () => {
    const request = await asked(1)
    world.wechat.says(-1, 45009)
    expect(await order(request, world.deps)).toMatchObject({ kind: 'try-again', errcode: -1 })
    await expect(order({ ...request, to: someone() }, world.deps)).rejects.toThrow(/^KEY_REUSED/)
    expect(await order(request, world.deps)).toMatchObject({ kind: 'try-again', errcode: 45009 })
    expect(await order(request, world.deps)).toMatchObject({ kind: 'sent' })
    expect(await order(request, world.deps)).toMatchObject({ kind: 'sent' })
    expect(world.wechat.asked).toHaveLength(3)
  })

  it('gives the permit back for what has to be mended, and says so again', async () => {
    const request = await asked(1)
    world.wechat.says(47003)
    const outcome = await order(request, world.deps)
    expect(outcome).toMatchObject({ kind: 'refused', errcode: 47003 })
    expect(await order(request, world.deps)).toEqual(outcome)
    expect(world.wechat.asked).toHaveLength(1)
    expect(await world.left(request.to)).toBe(1)
  })

  it('never sends a second time what may have arrived, and counts the permit as spent', async () => {
    const request = await asked(2)
    world.wechat.says(timedOut())
    expect(await order(request, world.deps)).toEqual({ kind: 'unsure' })
    world.clock.advance(seconds(3600))
    expect(await order(request, world.deps)).toEqual({ kind: 'unsure' })
    expect(world.wechat.asked).toHaveLength(1)
    expect(await world.left(request.to)).toBe(1)
  })

  it('gives the permit back when WeChat was not reached, and tries again when asked to', async () => {
    const request = await asked(1)
    world.wechat.says(cutBefore())
    expect(await order(request, world.deps)).toMatchObject({ kind: 'try-again', reason: 'WECHAT_UNREACHABLE' })
    expect(await world.left(request.to)).toBe(1)
    expect(await order(request, world.deps)).toMatchObject({ kind: 'sent' })
  })

  describe('when whoever sends it dies', () => {
    async function died() {
      const request = await asked(2)
      world.wechat.dies()
      void order(request, world.deps)
      await expect.poll(world.wechat.isAskedInVain).toBe(true)
      return request
    }

    it('is in progress until the lease is over', async () => {
      const request = await died()
      world.clock.advance(seconds(LEASE - 1))
      expect(await order(request, world.deps)).toEqual({ kind: 'in-progress' })
      expect(await world.left(request.to)).toBe(1)
    })

    it('was sent when WeChat has told of it', async () => {
      const request = await died()
      const [first] = world.wechat.asked
      if (first === undefined) throw new Error('never asked')
      await world.tellSent(request.to, first.msgId)
      world.clock.advance(LEASE)
      expect(await order(request, world.deps)).toEqual({ kind: 'sent' })
      expect(await order(request, world.deps)).toEqual({ kind: 'sent' })
      expect(world.wechat.asked).toHaveLength(1)
      expect(await world.left(request.to)).toBe(1)
    })

    it('is sent anew when WeChat has told of nothing, with the permit that was reserved', async () => {
      const request = await died()
      world.clock.advance(LEASE)
      expect(await order(request, world.deps)).toEqual({ kind: 'sent', msgId: world.wechat.asked[1]?.msgId })
      expect(await world.left(request.to)).toBe(1)
      expect(await world.open(request.to)).toHaveLength(1)
    })

    it('gives its permit to another one when the lease is over, and is itself sent once more', async () => {
      const request = await died()
      await world.allow(request.to, 1)
      world.clock.advance(seconds(LEASE + 1))
      expect(await order(aSendRequest({ to: request.to }), world.deps)).toMatchObject({ kind: 'sent' })
      await world.allow(request.to, 2)
      expect(await order(request, world.deps)).toMatchObject({ kind: 'sent' })
      expect(world.wechat.asked).toHaveLength(3)
      expect(await world.left(request.to)).toBe(0)
    })

    it('is sent anew by one of 20 who ask at once', async () => {
      const request = await died()
      world.clock.advance(LEASE)
      await Promise.all(Array.from({ length: 20 }, () => order(request, world.deps)))
      expect(world.wechat.asked).toHaveLength(2)
    })

    it('leaves nothing open when the person has withdrawn meanwhile', async () => {
      const request = await died()
      world.clock.advance(LEASE)
      await world.withdraw(request.to)
      expect(await order(request, world.deps)).toEqual({ kind: 'no-permit' })
      expect(await world.open(request.to)).toEqual([])
    })
  })

  describe('when the table is out of reach', () => {
    /** What it asks of the table, in order: the key, the permit, both reserved, the permit, both settled. */
    const CALLS = ['GetItem', 'GetItem', 'TransactWriteItems', 'GetItem', 'TransactWriteItems']
    const cases = CALLS.flatMap((_, place) => (['before', 'after'] as const).map((moment) => ({ place, moment })))

    it.each(cases)('$moment call $place, one message goes out all the same', async ({ place, moment }) => {
      const request = await asked(2)
      const calls: string[] = []
      const breaks = new Mortal((crossing) => {
        if (crossing.moment === 'before') calls.push(crossing.what.replace('Command', ''))
        if (crossing.moment === moment && calls.length === place + 1) throw new Error('cut')
        return false
      })
      const broken = world.depsOn(breaks.client(table.client()))
      // What WeChat has taken is told; whatever breaks before is said.
      if (place < 3) await expect(order(request, broken)).rejects.toThrow(/^TABLE_UNAVAILABLE/)
      else expect(await order(request, broken)).toMatchObject({ kind: 'sent' })
      expect(calls).toEqual(CALLS.slice(0, place + 1))

      const [first] = world.wechat.asked
      if (first !== undefined) await world.tellSent(request.to, first.msgId)
      world.clock.advance(LEASE)
      expect(await order(request, world.deps)).toMatchObject({ kind: 'sent' })
      expect(world.wechat.asked).toHaveLength(1)
      expect(await world.left(request.to)).toBe(1)
    })

    it('is sent by the next who asks when the token could not be read', async () => {
      const request = await asked(1)
      world.wechat.says(tableUnavailable(new Error('x')))
      expect(await order(request, world.deps)).toEqual({ kind: 'try-again', reason: 'TABLE_UNAVAILABLE' })
      expect(await world.left(request.to)).toBe(1)
      expect(await order(request, world.deps)).toMatchObject({ kind: 'sent' })
    })
  })
})
