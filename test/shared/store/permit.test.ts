import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MsgId, TemplateId } from '../../../shared/kernel/ids.ts'
import { seconds } from '../../../shared/kernel/time.ts'
import {
  accepted,
  denied,
  doubted,
  givenBack,
  holding,
  isRejected,
  isUntold,
  noPermit,
  type PermitEvent,
  released,
  remaining,
  reserved,
  told,
  withEvent,
} from '../../../shared/store/permit.ts'

const T0 = 1_760_000_000
const at = (offset: number) => seconds(T0 + offset)
const TEMPLATE = 'TMPL_A' as TemplateId
const msg = (id: number) => `18643237264612556${id}` as MsgId

const once = noPermit(TEMPLATE, false)
const long = noPermit(TEMPLATE, true)
const event = (kind: PermitEvent['kind'], offset: number): PermitEvent => ({ kind, at: at(offset) })
const following = (permit: typeof once, ...events: readonly PermitEvent[]) => events.reduce(withEvent, permit)

describe('a one-time permit', () => {
  it('adds one for each acceptance and takes one for each send', () => {
    const permit = following(once, event('accept', 0), event('accept', 10), event('spend', 20))
    expect(remaining(permit)).toBe(1)
  })

  it('is cleared by a rejection, and counts from there', () => {
    const permit = following(once, event('accept', 0), event('accept', 1), event('clear', 2))
    expect([remaining(permit), isRejected(permit)]).toEqual([0, true])
    expect([
      remaining(following(permit, event('accept', 3))),
      isRejected(following(permit, event('accept', 3))),
    ]).toEqual([1, false])
  })

  it('counts a rejection that comes late where it belongs', () => {
    const permit = following(once, event('accept', 0), event('accept', 20), event('spend', 25), event('clear', 10))
    expect(remaining(permit)).toBe(0)
  })

  it('never falls below nothing', () => {
    expect(remaining(following(once, event('spend', 0), event('accept', 1)))).toBe(1)
  })

  it('counts the same in whatever order the events of two days come', () => {
    const events = fc.array(
      fc.record({ kind: fc.constantFrom('accept', 'spend', 'clear'), at: fc.integer({ min: T0, max: T0 + 170_000 }) }),
      { minLength: 1, maxLength: 30 },
    )
    fc.assert(
      fc.property(events, fc.infiniteStream(fc.nat()), (drawn, order) => {
        const inOrder = drawn.map((each) => ({ ...each, at: seconds(each.at) }) as PermitEvent)
        const shuffled = inOrder.map((each) => ({ each, rank: order.next().value })).sort((a, b) => a.rank - b.rank)
        const mixed = following(once, ...shuffled.map(({ each }) => each))
        expect(remaining(mixed)).toBe(remaining(following(once, ...inOrder)))
      }),
    )
  })

  it('keeps the events of two days and the sum of those before', () => {
    let permit = once
    for (let day = 0; day < 100; day += 1) permit = withEvent(permit, event('accept', day * 86_400))
    expect(remaining(permit)).toBe(100)
    expect(permit.events.length).toBeLessThanOrEqual(3)
  })
})

describe('a long-term permit', () => {
  it('is one, however often it is accepted or used, until it is withdrawn', () => {
    const permit = following(long, event('accept', 0), event('accept', 1), event('spend', 2), event('spend', 3))
    expect(remaining(permit)).toBe(1)
    expect(remaining(following(permit, event('clear', 4)))).toBe(0)
  })
})

describe('a send', () => {
  const two = following(once, event('accept', 0), event('accept', 1))

  it('counts as spent from the moment before it', () => {
    expect(remaining(reserved(two, 'a', at(5)))).toBe(1)
  })

  it('spends what is known to be there, though our clock is behind the one that granted it', () => {
    expect(remaining(reserved(two, 'a', at(-3)))).toBe(1)
    expect(remaining(denied(reserved(two, 'a', at(-3)), 'a', at(-3)))).toBe(0)
  })

  it('gives its permit back when it did not go out', () => {
    expect(remaining(released(reserved(two, 'a', at(5)), 'a'))).toBe(2)
  })

  it('empties the permit when WeChat says that nothing is allowed', () => {
    expect(remaining(denied(reserved(two, 'a', at(5)), 'a', at(5)))).toBe(0)
  })

  it('does not make the permit outgrow an item, though WeChat tells of none of thousands', () => {
    let permit = following(long, event('accept', 0))
    for (let n = 0; n < 2000; n += 1) {
      const id = `send#wx0000aaaa1111bbbb#sha256-${'a'.repeat(58)}${String(n).padStart(6, '0')}`
      permit = accepted(reserved(permit, id, at(n * 50)), id, at(n * 50), msg(n))
    }
    expect([permit.open.length, permit.open.at(-1)?.msgId]).toEqual([500, msg(1999)])
    expect(JSON.stringify(permit).length).toBeLessThan(300 * 1024)
  })

  it('is counted once, whether its event comes after the answer or before', () => {
    const answered = accepted(reserved(two, 'a', at(5)), 'a', at(5), msg(1))
    expect(remaining(told(answered, msg(1), at(6)))).toBe(1)
    const early = told(reserved(two, 'a', at(5)), msg(1), at(6))
    expect(remaining(accepted(early, 'a', at(5), msg(1)))).toBe(1)
  })

  it('is counted once when nobody knows whether it arrived, and its event comes', () => {
    expect(remaining(told(reserved(two, 'a', at(5)), msg(1), at(60)))).toBe(1)
  })

  it('of somebody else with the same permit is counted from its event', () => {
    const ours = told(accepted(reserved(two, 'a', at(5)), 'a', at(5), msg(1)), msg(1), at(6))
    expect(remaining(told(ours, msg(2), at(7)))).toBe(0)
  })

  it('is counted once each when two are under way and their events come crosswise', () => {
    const three = withEvent(two, event('accept', 2))
    const both = reserved(reserved(three, 'a', at(5)), 'b', at(5))
    const toldOfB = told(both, msg(2), at(6))
    const answered = accepted(accepted(toldOfB, 'a', at(5), msg(1)), 'b', at(5), msg(2))
    expect(remaining(told(answered, msg(1), at(7)))).toBe(1)
  })
})

describe('what a send holds whose sender has died', () => {
  const held = reserved(following(once, event('accept', 0)), 'died', at(10))

  it('is given back when nobody has told of it by then, once', () => {
    expect(remaining(givenBack(held, at(10)))).toBe(0)
    const freed = givenBack(held, at(11))
    expect([remaining(freed), remaining(givenBack(freed, at(11)))]).toEqual([1, 1])
  })

  it('still says to whoever made it that it did not go out', () => {
    const freed = givenBack(held, at(11))
    expect(isUntold(freed, 'died')).toBe(true)
    expect(remaining(released(freed, 'died'))).toBe(1)
  })

  it.each([
    ['was answered', accepted(held, 'died', at(10), msg(1))],
    ['was answered without a number', accepted(held, 'died', at(10), undefined)],
    ['may have arrived', doubted(held, 'died')],
    ['was told of', told(held, msg(1), at(11))],
  ])('is not given back when it %s', (_, permit) => {
    expect(givenBack(permit, at(3600))).toBe(permit)
  })

  it('may be given back as long as the person has not withdrawn, and nobody has told of it', () => {
    expect(holding(held)?.id).toBe('died')
    for (const permit of [givenBack(held, at(11)), told(held, msg(1), at(11)), withEvent(held, event('clear', 20))]) {
      expect(holding(permit)).toBeUndefined()
    }
  })

  it('is spent after all when WeChat tells of it later, and once', () => {
    const freed = givenBack(held, at(11))
    expect(remaining(told(withEvent(freed, event('accept', 20)), msg(1), at(30)))).toBe(1)
    expect(remaining(told(withEvent(held, event('accept', 20)), msg(1), at(30)))).toBe(1)
  })

  it('is not counted when what is older than two days is summed up', () => {
    const day = 86_400
    expect(remaining(following(held, event('accept', 3 * day), event('accept', 3 * day)))).toBe(3)
    const sent = told(held, msg(1), at(11))
    expect(remaining(following(sent, event('accept', 3 * day), event('accept', 3 * day)))).toBe(2)
  })
})

describe('which send an event of WeChat’s without a known number means', () => {
  const sending = (...sends: readonly (readonly [id: string, offset: number])[]) =>
    sends.reduce((permit, [id, offset]) => reserved(permit, id, at(offset)), following(once, event('accept', 0)))

  it('is the last one that it can mean', () => {
    const permit = told(sending(['first', 10], ['second', 20]), msg(1), at(21))
    expect(permit.open.map(({ id }) => id)).toEqual(['first'])
    const early = told(sending(['first', 10], ['second', 200]), msg(1), at(12))
    expect(early.open.map(({ id }) => id)).toEqual(['second'])
  })

  it('leaves none of the others for one that surely has not gone out', () => {
    const permit = told(sending(['first', 10], ['second', 20]), msg(1), at(21))
    expect(isUntold(permit, 'first')).toBe(false)
  })

  it('is rather one that is waited for than one of which no answer came', () => {
    const permit = told(doubted(sending(['timed-out', 10], ['died', 5]), 'timed-out'), msg(1), at(12))
    expect(permit.open.map(({ id }) => id)).toEqual(['timed-out'])
  })

  it('is not one whose number is known', () => {
    const known = accepted(sending(['known', 10], ['died', 20]), 'known', at(10), msg(1))
    const permit = told(known, msg(1), at(21))
    expect([isUntold(permit, 'died'), permit.open.length]).toEqual([true, 1])
  })
})
