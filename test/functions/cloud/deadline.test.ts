import { describe, expect, it } from 'vitest'
import { pushDeadline, timerDeadline } from '../../../functions/cloud/deadline.ts'
import { millis, seconds } from '../../../shared/kernel/time.ts'
import { aClock } from '../../support/build.ts'

function started() {
  const clock = aClock()
  const slept: number[] = []
  const sleep = async (span: number): Promise<void> => void slept.push(span)
  return { clock, slept, sleep }
}

describe('pushDeadline', () => {
  it.each([
    [3000, 2500],
    [5000, 4500],
    [60_000, 4500],
    [400, 0],
  ])('of a function that may run %i ms is after %i ms', (limit, span) => {
    const { clock, sleep } = started()
    const { timeLeft } = pushDeadline(millis(limit), clock, sleep)
    expect(timeLeft()).toBe(span)
    clock.advance(seconds(1))
    expect(timeLeft()).toBe(Math.max(0, span - 1000))
    clock.advance(seconds(60))
    expect(timeLeft()).toBe(0)
  })

  it('lets nothing sleep for longer than leaves time to note what came of it', async () => {
    const { clock, sleep, slept } = started()
    const deadline = pushDeadline(millis(5000), clock, sleep)
    await deadline.sleep(millis(20_000))
    await deadline.sleep(millis(100))
    clock.advance(seconds(4))
    await deadline.sleep(millis(20_000))
    expect(slept).toEqual([3300, 100, 0])
  })
})

describe('timerDeadline', () => {
  it('is the function’s own', () => {
    const { clock, sleep } = started()
    expect(timerDeadline(millis(60_000), clock, sleep).timeLeft()).toBe(59_500)
  })
})
