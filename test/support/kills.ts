import { expect } from 'vitest'

/** Where the same place may come at another crossing each time, every third is killed: `before` and `after` take turns. */
const STRIDE = process.env.EVERY_KILL === undefined ? 3 : 1

/**
 * Plays a story undisturbed and then again and again, killed at the first crossing, at the next, until there are no more.
 * Answers how often it was killed.
 */
export async function killedEverywhere<Story extends { readonly isUnordered?: boolean }>(
  story: Story,
  played: (story: Story, killedAt?: number) => Promise<readonly string[]>,
): Promise<number> {
  const undisturbed = await played(story)
  let kills = 0
  for (let n = 1; ; n += story.isUnordered === true ? STRIDE : 1) {
    const names = await played(story, n)
    if (names.length < n) return kills
    // The same place is met each time, so that none is left out.
    if (story.isUnordered !== true) expect(names.slice(0, n)).toEqual(undisturbed.slice(0, n))
    kills += 1
  }
}
