import { describe, expect, test } from 'vitest'
import { measure, median } from '../../bench/rounds.ts'

describe('measure', () => {
  test('lets the subjects take turns', async () => {
    const order: string[] = []
    const subject = (name: string) => (times: number) => {
      order.push(name)
      const end = performance.now() + 1
      while (performance.now() < end) times -= 1
    }
    const micros = await measure({ a: subject('a'), b: subject('b') }, { rounds: 3, roundMs: 1 })
    expect(order.slice(-6)).toEqual(['a', 'b', 'a', 'b', 'a', 'b'])
    expect(micros.a).toBeGreaterThan(0)
  })
})

describe('median', () => {
  test('is the middle, or lies between the two', () => {
    expect(median([9, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 100])).toBe(3)
  })
})
