import { type Millis, millis, type Sleep } from './time.ts'

const FIRST = 20
const LONGEST = 500

interface World {
  readonly sleep: Sleep
  /** From 0 to 1. */
  readonly random: () => number
}

/** Those who write about one person at the same time must not meet again and again. */
export const giveWay = (round: number, { sleep, random }: World): Promise<void> => sleep(pauseOf(round, random()))

const pauseOf = (round: number, share: number): Millis =>
  millis(Math.round(share * Math.min(LONGEST, FIRST * 2 ** round)))
