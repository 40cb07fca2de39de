import { type Millis, millis, minutes } from '../kernel/time.ts'
import type { Next } from './errcode.ts'

/** 30 tries take some 16 hours; after the last one the push is failed and waits for a replay. */
export const MOST_ATTEMPTS = 30

const FIRST = 15_000
const LONGEST = minutes(60)

/** At least so long, by what WeChat says. */
const SHORTEST: Readonly<Partial<Record<Next, Millis>>> = {
  'in-a-minute': minutes(1),
  configure: minutes(1),
  tomorrow: minutes(60),
}

/** Doubles from try to try up to an hour; the second half is random, so that what failed together does not return together. */
export function backOff(attempts: number, next: Next, random: () => number): Millis {
  const doubled = Math.min(LONGEST, FIRST * 2 ** attempts)
  return millis(Math.max(SHORTEST[next] ?? 0, Math.round((doubled * (1 + random())) / 2)))
}
