import { describe, expect, it } from 'vitest'
import { hours, millis, seconds, systemClock, toMillis, toSeconds } from '../../../shared/kernel/time.ts'

describe('seconds and millis', () => {
  it('are whole seconds, and milliseconds as they are', () => {
    expect(seconds(1_760_000_000.9)).toBe(1_760_000_000)
    expect(millis(1_760_000_000_999)).toBe(1_760_000_000_999)
  })

  it('turn into each other, a begun second is not over', () => {
    expect(toSeconds(millis(1_760_000_000_999))).toBe(1_760_000_000)
    expect(toMillis(seconds(1_760_000_000))).toBe(1_760_000_000_000)
    expect(hours(72)).toBe(259_200)
  })
})

describe('systemClock', () => {
  it("is the machine's time", () => {
    const before = Date.now()
    const now = systemClock()
    expect(now).toBeGreaterThanOrEqual(before)
    expect(now).toBeLessThanOrEqual(Date.now())
  })
})
