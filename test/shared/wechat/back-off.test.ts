import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backOff, MOST_ATTEMPTS } from '../../../shared/wechat/back-off.ts'

describe('backOff', () => {
  it('doubles from 15 s up to an hour', () => {
    const spans = [0, 1, 2, 7, 8, 19].map((attempts) => backOff(attempts, 'again', () => 1))
    expect(spans).toEqual([15_000, 30_000, 60_000, 1_920_000, 3_600_000, 3_600_000])
  })

  it('is spread over the second half of its span', () => {
    fc.assert(
      fc.property(fc.nat(MOST_ATTEMPTS), fc.double({ min: 0, max: 1, noNaN: true }), (attempts, random) => {
        const most = backOff(attempts, 'again', () => 1)
        const span = backOff(attempts, 'again', () => random)
        expect(span).toBeGreaterThanOrEqual(Math.floor(most / 2))
        expect(span).toBeLessThanOrEqual(most)
      }),
    )
  })

  it('waits out what WeChat counts by the minute and by the day', () => {
    expect(backOff(0, 'in-a-minute', () => 0)).toBe(60_000)
    expect(backOff(0, 'configure', () => 0)).toBe(60_000)
    expect(backOff(0, 'tomorrow', () => 0)).toBe(3_600_000)
  })

  it('lets the last of all tries come some 16 hours after the first', () => {
    let sum = 0
    for (let attempts = 0; attempts < MOST_ATTEMPTS - 1; attempts += 1) sum += backOff(attempts, 'again', () => 0.5)
    expect(Math.round(sum / 3_600_000)).toBe(17)
  })
})
