import { type Clock, hours, minutes, seconds, toMillis } from '../../../shared/kernel/time.ts'

/** WeChat's day begins at midnight in Beijing. */
const BEIJING = toMillis(hours(8))
const DAY = toMillis(hours(24))

const PERIODS = {
  second: (now: number) => Math.floor(now / toMillis(seconds(1))),
  minute: (now: number) => Math.floor(now / minutes(1)),
  day: (now: number) => Math.floor((now + BEIJING) / DAY),
} as const

/** Counts up to a limit, anew in each second, minute or day; `take` says whether one was left. */
export function quota(clock: Clock, per: keyof typeof PERIODS, limit: number): { take(): boolean } {
  const periodOf = PERIODS[per]
  let period = Number.NaN
  let taken = 0
  return {
    take() {
      const current = periodOf(clock())
      if (current !== period) taken = 0
      period = current
      if (taken === limit) return false
      taken++
      return true
    },
  }
}
