import { type Clock, hours, minutes, toMillis } from '../../../shared/kernel/time.ts'

/** WeChat's day begins at midnight in Beijing. */
const BEIJING = toMillis(hours(8))
const DAY = toMillis(hours(24))

const minuteOf = (now: number): number => Math.floor(now / minutes(1))
const dayOf = (now: number): number => Math.floor((now + BEIJING) / DAY)

/** Counts up to a limit, anew in each minute or day; `take` says whether one was left. */
export function quota(clock: Clock, per: 'minute' | 'day', limit: number): { take(): boolean } {
  const periodOf = per === 'minute' ? minuteOf : dayOf
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
