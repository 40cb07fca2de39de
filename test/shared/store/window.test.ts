import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Millis, millis, minutes } from '../../../shared/kernel/time.ts'
import { closed, messagesLeft, NO_WINDOW, opened, sent, type Window } from '../../../shared/store/window.ts'

const AT = millis(1_760_000_000_000)
const later = (span: number): Millis => millis(AT + span)
const HOURS_48 = 48 * 60 * 60 * 1000

const sends = (window: Window, ...times: readonly Millis[]): Window => times.reduce(sent, window)

describe('messagesLeft', () => {
  it('grants nothing to somebody who never wrote', () => {
    expect(messagesLeft(NO_WINDOW, AT)).toBe(0)
  })

  it('grants 5 messages in the 48 hours after a message', () => {
    const window = opened(NO_WINDOW, 'message', AT)
    expect(messagesLeft(window, AT)).toBe(5)
    expect(messagesLeft(window, later(HOURS_48 - 1))).toBe(5)
    expect(messagesLeft(window, later(HOURS_48))).toBe(0)
  })

  it('grants 2 messages in the minute after entering', () => {
    const window = opened(NO_WINDOW, 'enter', AT)
    expect(messagesLeft(window, AT)).toBe(2)
    expect(messagesLeft(sends(window, later(1)), later(2))).toBe(1)
    expect(messagesLeft(window, later(60_000))).toBe(0)
  })

  it('counts down to nothing, and a new message renews it', () => {
    const used = sends(opened(NO_WINDOW, 'message', AT), ...[1, 2, 3, 4, 5].map(later))
    expect(messagesLeft(used, later(6))).toBe(0)
    expect(messagesLeft(opened(used, 'message', later(7)), later(8))).toBe(5)
  })

  it('takes from what entering granted first, since that ends first', () => {
    const both = opened(opened(NO_WINDOW, 'message', AT), 'enter', later(1000))
    expect(messagesLeft(both, later(1001))).toBe(7)
    const used = sends(both, later(2000), later(3000), later(4000))
    expect(messagesLeft(used, later(5000))).toBe(4)
    expect(messagesLeft(used, later(70_000))).toBe(4)
  })

  it('believes WeChat that the window is closed until it is opened anew', () => {
    const window = closed(opened(NO_WINDOW, 'message', AT), later(10))
    expect(messagesLeft(window, later(11))).toBe(0)
    expect(messagesLeft(opened(window, 'message', later(12)), later(13))).toBe(5)
  })

  it('does not let an earlier opening that comes late take anything away', () => {
    const window = opened(opened(NO_WINDOW, 'message', later(10)), 'message', AT)
    expect(window.messageAt).toBe(later(10))
  })

  it('never grants more than 7, never less than nothing, and one less after each send', () => {
    const step = fc.oneof(
      fc.constant('message' as const),
      fc.constant('enter' as const),
      fc.constant('send' as const),
      fc.integer({ min: 1, max: Number(minutes(3)) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let window = NO_WINDOW
        let now = AT
        for (const each of steps) {
          now = millis(now + 1)
          const before = messagesLeft(window, now)
          expect(before).toBeGreaterThanOrEqual(0)
          expect(before).toBeLessThanOrEqual(7)
          if (typeof each === 'number') now = millis(now + each)
          else if (each !== 'send') window = opened(window, each, now)
          else if (before > 0) {
            window = sent(window, now)
            expect(messagesLeft(window, now)).toBe(before - 1)
          }
        }
      }),
    )
  })
})
