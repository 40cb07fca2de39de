import { describe, expect, test } from 'vitest'
import { MESSAGED } from '../../dev/simulator/api/template.ts'
import { SHIPPED } from '../../dev/simulator/samples/subscribe.ts'
import { someone } from '../support/people.ts'
import { useLocal } from './local.ts'

const { world, say, happens, taken } = useLocal({ env: { LONG_TERM_TEMPLATES: MESSAGED } })

const permitsOf = async (openId: string) =>
  (await world().kept(openId)).flatMap(({ kind, template, remaining }) =>
    kind === 'permit' ? [[template, remaining]] : [],
  )

describe('permits', () => {
  test('count what was allowed and not sent, however often an event comes', async () => {
    const openId = someone()
    const thrice = async (sample: string) => {
      await world().push(world().write(sample, 'json', { openId }), { overlapping: true })
      await world().settled()
      return await permitsOf(openId)
    }
    expect(await thrice('subscribe_msg_popup_event')).toEqual([[SHIPPED, 1]])
    await world().later(1000)
    expect(await thrice('subscribe_msg_popup_event')).toEqual([[SHIPPED, 2]])
    await world().later(1000)
    expect(await thrice('subscribe_msg_sent_event')).toEqual([[SHIPPED, 1]])
    await world().later(1000)
    expect(await thrice('subscribe_msg_change_event')).toEqual([[SHIPPED, 0]])
  })
})

describe.each(['user_authorization_revoke', 'user_authorization_cancellation'])('%s', (event) => {
  test('erases what the person wrote and allowed; that it came stays known', async () => {
    const openId = someone()
    const written = world().write('text', 'json', { openId, say: '订单 20260001' })
    await world().push(written)
    await happens('subscribe_msg_popup_event', openId)
    await world().settled()
    expect((await world().kept(openId)).map(({ kind, sk }) => kind ?? sk).sort()).toEqual([
      'permit',
      'push',
      'push',
      'window',
    ])
    await happens(event, openId)
    await world().settled()
    const kept = await world().kept(openId)
    expect(kept.map(({ kind, state }) => [kind, state])).toEqual([
      ['push', 'done'],
      ['push', 'done'],
      ['push', 'done'],
    ])
    expect(kept.filter(({ message }) => message !== event).map(({ body, outcome }) => [body, outcome])).toEqual([
      [undefined, 'erased'],
      [undefined, 'erased'],
    ])
    const [again] = await world().push(written)
    await world().settled()
    expect(again?.body).toBe('success')
    expect(taken(openId)).toHaveLength(1)
    expect(await world().kept(openId)).toHaveLength(3)
  })

  test('leaves everybody else alone', async () => {
    const [gone, other] = [someone(), someone()]
    for (const openId of [gone, other]) await say(openId, '官网')
    await world().settled()
    const before = await world().kept(other)
    await happens(event, gone)
    await world().settled()
    expect(await world().kept(other)).toEqual(before)
  })

  test('the person who comes back is welcome', async () => {
    const openId = someone()
    await say(openId, '官网')
    await happens(event, openId)
    await say(openId, '订单 20260003')
    await world().settled()
    for (let minute = 0; minute < 5; minute += 1) await world().later(60_000)
    expect(taken(openId)).toEqual(['示例小店', '订单 20260003：已签收，感谢惠顾！'])
  })
})
