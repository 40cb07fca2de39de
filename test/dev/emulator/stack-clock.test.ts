import { describe, expect, test } from 'vitest'
import { stackClock } from '../../../dev/emulator/stack-clock.ts'
import { aClock, NOW } from '../../support/build.ts'

describe('stackClock', () => {
  test('shows the real time until it is moved, and then that much more', () => {
    const real = aClock()
    const { clock, advance } = stackClock(real)
    expect(clock()).toBe(NOW * 1000)
    advance(1500)
    advance(500)
    expect(clock()).toBe(NOW * 1000 + 2000)
  })

  test('shares its offset', () => {
    const { advance, buffer } = stackClock()
    advance(86_400_000)
    expect(new BigInt64Array(buffer)[0]).toBe(86_400_000n)
  })

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('is not moved by %s', (ms) => {
    expect(() => stackClock().advance(ms)).toThrow(RangeError)
  })
})
