import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VISITING } from '../../dev/simulator/api/template.ts'
import type { TemplateId } from '../../shared/kernel/ids.ts'
import { checkEnding, leewayAfter, MOST, NONE } from '../support/ending.ts'
import { killedEverywhere } from '../support/kills.ts'
import type { Crossing } from '../support/mortal.ts'
import { type ProcessWorld, processWorld } from '../support/process-world.ts'
import { STORIES, STORY_RULES, type Story, storyHandlers } from '../support/stories.ts'

const { handlers, calls } = storyHandlers()
let world: ProcessWorld
beforeAll(async () => {
  world = await processWorld({ rules: STORY_RULES, handlers, longTermTemplates: [VISITING as TemplateId] })
})
afterAll(() => world.close())

const nameOf = ({ what, moment }: Crossing): string => `${moment} ${what}`

/** Plays it with people of its own, kills whoever is at the n-th crossing, and answers which ones there were. */
async function played(story: Story, n = Number.POSITIVE_INFINITY): Promise<readonly string[]> {
  const crossings: Crossing[] = []
  await world.cold()
  calls.clear()
  world.meet((crossing) => crossings.push(crossing) === n)
  const endings = await story.play(world)
  const isKilled = crossings.length >= n
  try {
    // Of several people at once nobody knows who was at what.
    const leeway = !isKilled ? NONE : endings.length > 1 ? MOST : leewayAfter(crossings.slice(0, n))
    for (const ending of endings) {
      const { runs = 0 } = ending
      await checkEnding(world, isKilled ? ending : { ...ending, mayMiss: '' }, leeway)
      expect(Math.max(0, ...calls.values()) - runs).toBeLessThanOrEqual(leeway.more)
    }
  } catch (cause) {
    const names = crossings.slice(0, n).map(nameOf)
    throw new Error(`killed at ${isKilled ? n : 'no time'}: ${names.slice(-9).join(', ')}`, { cause })
  }
  return crossings.map(nameOf)
}

describe('killed at one await of process and tick after the other', () => {
  let kills = 0

  it.each(STORIES)(
    '$name: nothing is lost, and nothing done twice but what the docs name',
    async (story) => {
      kills += await killedEverywhere(story, played)
    },
    120_000,
  )

  it('and nothing is left over from any of some hundred kills', async () => {
    expect(kills).toBeGreaterThan(400)
    const items = await world.items()
    expect(items.filter(({ dueShard, state }) => dueShard !== undefined || state?.S === 'waiting')).toEqual([])
    expect(world.source.discarded()).toEqual([])
  })
})
