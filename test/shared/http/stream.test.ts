import { describe, expect, it } from 'vitest'
import { pauseBeforeRetry } from '../../../shared/http/stream.ts'
import { millis } from '../../../shared/kernel/time.ts'

describe('pauseBeforeRetry', () => {
  it.each([
    [900_000, 60_000],
    [65_000, 60_000],
    [64_999, 59_999],
    [5_000, 0],
    [0, 0],
    [-1, 0],
  ])('with %d ms left waits %d ms', (remaining, pause) => {
    expect(pauseBeforeRetry(millis(remaining))).toBe(pause)
  })
})
