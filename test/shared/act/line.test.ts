import { describe, expect, it } from 'vitest'
import { joined, left, turnOf, working } from '../../../shared/act/line.ts'
import { millis } from '../../../shared/kernel/time.ts'
import { NO_WINDOW, type Progress } from '../../../shared/store/window.ts'

const NOW = millis(1_760_000_000_000)
const at = (push: string, until: number): Progress => ({ push, step: 0, until: millis(until), holder: 'h', tries: 1 })

describe('turnOf', () => {
  it('is mine where nobody waits, and for the first in line', () => {
    expect(turnOf(NO_WINDOW, 'a', NOW)).toBe('mine')
    expect(turnOf(joined(joined(NO_WINDOW, 'a'), 'b'), 'a', NOW)).toBe('mine')
  })

  it('is behind for whoever is not the first, in line already or not', () => {
    const line = joined(joined(NO_WINDOW, 'a'), 'b')
    expect([turnOf(line, 'b', NOW), turnOf(line, 'c', NOW)]).toEqual(['behind', 'behind'])
  })

  it('is taken while somebody works on the same push, and mine from the end of the lease on', () => {
    const window = working(NO_WINDOW, at('a', NOW + 1))
    expect([turnOf(window, 'a', NOW), turnOf(window, 'a', millis(NOW + 1))]).toEqual(['taken', 'mine'])
  })
})

describe('the line', () => {
  it('takes each push once, at its end, and forgets the work of one that leaves', () => {
    const window = working(joined(joined(joined(NO_WINDOW, 'a'), 'b'), 'a'), at('a', 1))
    expect(window.line).toEqual(['a', 'b'])
    expect(left(window, 'a')).toEqual({ ...NO_WINDOW, line: ['b'], work: undefined })
    expect(left(window, 'b').work?.push).toBe('a')
  })

  it('has an end: the item of a person must fit into the table', () => {
    let window = NO_WINDOW
    for (let n = 0; n < 600; n += 1) window = joined(window, `push#msg-${n}`)
    expect(window.line).toHaveLength(500)
  })
})
