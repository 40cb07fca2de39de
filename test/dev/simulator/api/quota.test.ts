import { describe, expect, test } from 'vitest'
import { quota } from '../../../../dev/simulator/api/quota.ts'
import { seconds } from '../../../../shared/kernel/time.ts'
import { aClock } from '../../../support/build.ts'

const at = (text: string) => aClock(seconds(Date.parse(text) / 1000))

describe('a quota', () => {
  test('of a second is full again when the next second begins', () => {
    const clock = at('2025-10-09T08:53:20Z')
    const { take } = quota(clock, 'second', 1)
    expect([take(), take()]).toEqual([true, false])
    clock.advance(seconds(1))
    expect(take()).toBe(true)
  })

  test('of a minute is full again when the next minute begins', () => {
    const clock = at('2025-10-09T08:53:20Z')
    const { take } = quota(clock, 'minute', 2)
    expect([take(), take(), take()]).toEqual([true, true, false])
    clock.advance(seconds(39))
    expect(take()).toBe(false)
    clock.advance(seconds(1))
    expect(take()).toBe(true)
  })

  test('of a day is full again at midnight in Beijing', () => {
    const clock = at('2025-10-09T15:59:59Z')
    const { take } = quota(clock, 'day', 1)
    expect([take(), take()]).toEqual([true, false])
    clock.advance(seconds(1))
    expect(take()).toBe(true)
  })
})
