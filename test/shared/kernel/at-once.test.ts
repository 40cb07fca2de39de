import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { atOnce } from '../../../shared/kernel/at-once.ts'

describe('atOnce', () => {
  it('does all, and puts every outcome in its place', async () => {
    const outcomes = await atOnce(3, [5, 1, 4, 2, 3], async (turns) => {
      for (let turn = 0; turn < turns; turn += 1) await nextTurn()
      if (turns === 4) throw new Error('four')
      return turns
    })
    expect(outcomes.map((each) => (each.status === 'fulfilled' ? each.value : String(each.reason)))).toEqual([
      5,
      1,
      'Error: four',
      2,
      3,
    ])
  })

  it('never does more at the same time than it may', async () => {
    let [now, most] = [0, 0]
    await atOnce(4, Array.from({ length: 30 }), async () => {
      now += 1
      most = Math.max(most, now)
      await nextTurn()
      now -= 1
    })
    expect([now, most]).toEqual([0, 4])
  })

  it('has nothing to do with nothing', async () => {
    expect(await atOnce(4, [], async () => 1)).toEqual([])
  })
})
