import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { anyHistory, aStage } from '../support/history.ts'
import { aText, someone } from '../support/people.ts'
import { processWorld } from '../support/process-world.ts'
import { STORY_RULES, storyHandlers } from '../support/stories.ts'

/** `npm run soak` plays other ones for minutes. */
const numRuns = 60

describe('any history of pushes, kills, cuts, refusals, twins and jumps of the clock', () => {
  const stage = aStage()
  afterAll(() => stage.close())

  it('ends as the model says', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, (history) => stage.play(history)),
      // The same histories at every run; a failure is told at once, `npm run soak` makes it small.
      { numRuns, seed: 20_261_121, endOnFailure: true },
    )
  }, 180_000)
})

describe('WeChat is down for ten minutes', () => {
  it('and afterwards every reply goes out, in order per person, once', async () => {
    const world = await processWorld({ rules: STORY_RULES, handlers: storyHandlers().handlers })
    try {
      const people = Array.from({ length: 8 }, () => someone())
      const until = world.now() + 600_000
      world.api.fail({ path: '*', times: 100_000, status: 502 })
      for (const text of ['人工', '问两句', '在吗']) {
        await Promise.all(people.map((openId) => world.push(aText(openId, text), 2)))
        await world.idle()
      }
      while (world.now() < until) {
        world.advance(60_000)
        await world.tick()
        await world.idle()
      }
      expect(people.flatMap((openId) => world.seen(openId))).toEqual([])
      world.api.clearFailures()
      await world.quiet()
      for (const openId of people) expect(world.seen(openId)).toEqual(['请稍候', '一', '二', '好的'])
    } finally {
      await world.close()
    }
  })
})
