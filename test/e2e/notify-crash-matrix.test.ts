import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { killedEverywhere } from '../support/kills.ts'
import type { Crossing } from '../support/mortal.ts'
import { cardsOf, notifyItemOf, permitsOf } from '../support/notify-people.ts'
import { NOTICE_STORIES, type NoticeEnding, type NoticeStory, SEND } from '../support/notify-stories.ts'
import { type NotifyWorld, notifyWorld } from '../support/notify-world.ts'

let world: NotifyWorld
beforeAll(async () => {
  world = await notifyWorld()
})
afterAll(() => world.close())

const nameOf = ({ what, moment }: Crossing): string => `${moment} ${what}`
const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)

async function checkEnding(ending: NoticeEnding, isKilled: boolean): Promise<void> {
  const { person, cards, left, asks = cards.length + 4, isUnsure = false, isBack = false } = ending
  const counts = cardsOf(world, person).map(({ count }) => count)
  const isMissed = isUnsure && counts.length === 0
  if (isMissed) expect(await permitsOf(world, person)).toEqual([left, left + 1])
  else {
    expect(counts.length).toBeLessThanOrEqual(cards.length)
    if (isKilled && isBack) expect(sum(counts)).toBeLessThanOrEqual(sum(cards))
    else expect(sum(counts), `cards of ${counts}`).toBe(sum(cards))
    if (!isKilled) expect(counts).toEqual(cards)
    const unspent = left + cards.length - counts.length
    expect(await permitsOf(world, person)).toEqual([unspent, unspent])
  }
  const item = await notifyItemOf(world, person)
  expect([item?.dueShard, item?.sending]).toEqual([undefined, undefined])
  const asked = world.api.outbox().filter(({ path, body }) => path === SEND && isTo(body, person.openId))
  expect(asked.length).toBeLessThanOrEqual(isKilled ? asks + 1 : asks)
}

const isTo = (body: unknown, openId: string): boolean =>
  typeof body === 'object' && body !== null && 'touser' in body && body.touser === openId

/** Plays it with people of its own, kills whoever is at the n-th crossing, and answers which ones there were. */
async function played(story: NoticeStory, n = Number.POSITIVE_INFINITY): Promise<readonly string[]> {
  const crossings: Crossing[] = []
  await world.cold()
  world.mend()
  world.meet((crossing) => crossings.push(crossing) === n)
  try {
    for (const ending of await story.play(world)) await checkEnding(ending, crossings.length >= n)
  } catch (cause) {
    const names = crossings.slice(0, n).map(nameOf)
    throw new Error(`killed at ${crossings.length >= n ? n : 'no time'}: ${names.slice(-9).join(', ')}`, { cause })
  }
  return crossings.map(nameOf)
}

describe('send killed at one await after the other', () => {
  let kills = 0

  it.each(NOTICE_STORIES)(
    '$name: everybody is told once of everything they have missed',
    async (story) => {
      kills += await killedEverywhere(story, played)
    },
    120_000,
  )

  it('and nothing waits after any of some hundred kills', async () => {
    expect(kills).toBeGreaterThan(400)
    const items = await world.table.items()
    expect(items.filter(({ dueShard, state }) => dueShard !== undefined || state?.S === 'waiting')).toEqual([])
    expect(world.source.discarded()).toEqual([])
  })
})
