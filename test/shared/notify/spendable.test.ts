import { describe, expect, it } from 'vitest'
import { millis } from '../../../shared/kernel/time.ts'
import { inUseUntil, spendable } from '../../../shared/notify/spendable.ts'
import { remaining, reserved } from '../../../shared/store/permit.ts'
import { NOW } from '../../support/build.ts'
import { aPermit, T0 } from '../../support/notices.ts'

describe('inUseUntil', () => {
  const held = reserved(aPermit(1), 's1', NOW)
  const past = (ms: number) => millis(T0 + ms)

  it.each([
    [0, 5000],
    [20_000, 40_000],
    [600_000, 901_000],
  ])('waits %d ms after the send until %d ms after it', (now, until) => {
    expect(inUseUntil(held, past(now))).toBe(T0 + until)
  })

  it('is over when the permit is given back, and not before', () => {
    const [last, first] = [past(900_999), past(901_000)]
    expect([inUseUntil(spendable(held, last), last), remaining(spendable(held, last))]).toEqual([first, 0])
    expect([inUseUntil(spendable(held, first), first), remaining(spendable(held, first))]).toEqual([undefined, 1])
  })

  it('does not wait when there is another permit, or none that was held', () => {
    expect(inUseUntil(reserved(aPermit(2), 's1', NOW), past(0))).toBeUndefined()
    expect(inUseUntil(aPermit(0), past(0))).toBeUndefined()
  })
})
