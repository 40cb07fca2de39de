import { describe, expect, it } from 'vitest'
import { quietHoursOf, spanOf } from '../../../shared/config/spans.ts'
import { type Millis, millis } from '../../../shared/kernel/time.ts'
import { type Manner, verdictOn } from '../../../shared/notify/verdict.ts'
import { NO_NOTIFY, type Notify } from '../../../shared/store/notify.ts'
import { NO_PRESENCE, type Presence } from '../../../shared/store/presence.ts'
import { aNotice, T0 } from '../../support/notices.ts'

const LADDER = ['60s', '10m', '1h', '6h'].map(spanOf)
const MANNER: Manner = { notifyCooldowns: LADDER, notifyPerDay: 20, quietHours: undefined }
const at = (afterMs: number): Millis => millis(T0 + afterMs)
const MINUTE = 60_000
const HOUR = 60 * MINUTE

interface Given {
  readonly notify?: Partial<Notify>
  readonly presence?: Presence
  readonly seenAt?: Millis
  readonly manner?: Partial<Manner>
  readonly now?: number
}

const verdict = ({ notify, presence = NO_PRESENCE, seenAt = at(-HOUR), manner, now = 0 }: Given = {}) =>
  verdictOn(
    { unseen: [aNotice(0)], notify: { ...NO_NOTIFY, ...notify }, seenAt, presence },
    { ...MANNER, ...manner },
    at(now),
  )

describe('verdictOn', () => {
  it('asks IM when nothing speaks against telling', () => {
    expect(verdict()).toEqual({ kind: 'ask' })
  })

  it.each([
    [1, MINUTE],
    [2, 10 * MINUTE],
    [3, HOUR],
    [4, 6 * HOUR],
    [5, 6 * HOUR],
    [40, 6 * HOUR],
  ])('waits after message %d in a row for %d ms', (step, span) => {
    const notify = { sentAt: [at(0)], step }
    expect(verdict({ notify, now: span - 1 })).toEqual({ kind: 'wait', until: at(span), reason: 'cooldown' })
    expect(verdict({ notify, now: span })).toEqual({ kind: 'ask' })
  })

  it('begins the ladder anew for somebody who was seen since the last message', () => {
    const notify = { sentAt: [at(0)], step: 4 }
    expect(verdict({ notify, seenAt: at(1), now: 2 })).toEqual({ kind: 'ask' })
  })

  it('wakes nobody in the quiet hours', () => {
    // T0 is 16:53:20 in China.
    const manner = { quietHours: quietHoursOf('16:50-17:00') }
    expect(verdict({ manner })).toEqual({ kind: 'wait', until: at(400_000), reason: 'quiet-hours' })
    expect(verdict({ manner, now: 400_000 })).toEqual({ kind: 'ask' })
  })

  it('sends no more in 24 hours than the limit, whoever was seen meanwhile', () => {
    const notify = { sentAt: [at(0), at(HOUR)], step: 1 }
    const manner = { notifyPerDay: 2 }
    const until = at(24 * HOUR)
    expect(verdict({ notify, manner, seenAt: at(2 * HOUR), now: 3 * HOUR })).toEqual({
      kind: 'wait',
      until,
      reason: 'daily-limit',
    })
    expect(verdict({ notify, manner, seenAt: at(2 * HOUR), now: 24 * HOUR })).toEqual({ kind: 'ask' })
  })

  it('looks again 45 s after a message at somebody who looks online', () => {
    const presence: Presence = { platforms: { web: { isOnline: true, at: at(-1000) } }, loginAt: at(-1000) }
    expect(verdict({ presence, now: 10_000 })).toEqual({ kind: 'wait', until: at(45_000), reason: 'looks-online' })
    expect(verdict({ presence, now: 45_000 })).toEqual({ kind: 'ask' })
  })

  it('does not believe for hours that somebody is online', () => {
    const presence: Presence = { platforms: { web: { isOnline: true, at: at(-3 * HOUR) } }, loginAt: at(-3 * HOUR) }
    expect(verdict({ presence })).toEqual({ kind: 'ask' })
  })

  it('asks about somebody whose last word was a disconnection', () => {
    const presence: Presence = { platforms: { web: { isOnline: false, at: at(-1) } }, loginAt: at(-1000) }
    expect(verdict({ presence })).toEqual({ kind: 'ask' })
  })
})
