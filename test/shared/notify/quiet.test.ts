import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quietHoursOf } from '../../../shared/config/spans.ts'
import { millis } from '../../../shared/kernel/time.ts'
import { quietUntil } from '../../../shared/notify/quiet.ts'

const time = (text: string) => millis(Date.parse(text))
const until = (quiet: string, now: string): string | undefined => {
  const end = quietUntil(quietHoursOf(quiet), time(now))
  return end === undefined ? undefined : new Date(end).toISOString()
}

describe('quietUntil', () => {
  it('knows a night that ends in the morning, by the clock of China', () => {
    expect(until('22:00-08:00', '2025-10-09T13:59:59.999Z')).toBeUndefined()
    expect(until('22:00-08:00', '2025-10-09T14:00:00Z')).toBe('2025-10-10T00:00:00.000Z')
    expect(until('22:00-08:00', '2025-10-09T17:30:12.345Z')).toBe('2025-10-10T00:00:00.000Z')
    expect(until('22:00-08:00', '2025-10-10T00:00:00Z')).toBeUndefined()
  })

  it('knows a noon', () => {
    expect(until('12:00-14:00', '2025-10-09T05:30:00Z')).toBe('2025-10-09T06:00:00.000Z')
    expect(until('12:00-14:00', '2025-10-09T06:00:00Z')).toBeUndefined()
  })

  it('goes by another clock when it is told to', () => {
    expect(until('22:00-08:00 Europe/Paris', '2025-10-09T20:30:00Z')).toBe('2025-10-10T06:00:00.000Z')
    expect(until('22:00-24:00 UTC', '2025-10-09T23:59:00Z')).toBe('2025-10-10T00:00:00.000Z')
  })

  it('never ends in the past, nor a day later, nor within itself', () => {
    const minute = fc.integer({ min: 0, max: 1439 })
    const now = fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 })
    fc.assert(
      fc.property(minute, minute, now, (from, to, at) => {
        fc.pre(from !== to)
        const quiet = { from, to, zone: 'Asia/Shanghai' }
        const end = quietUntil(quiet, millis(at))
        if (end === undefined) return
        expect(end).toBeGreaterThan(at)
        expect(end - at).toBeLessThanOrEqual(86_400_000)
        expect(quietUntil(quiet, end)).toBeUndefined()
      }),
    )
  })
})
