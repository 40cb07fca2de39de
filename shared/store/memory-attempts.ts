import { type Clock, type Millis, millis, minutes, toMillis } from '../kernel/time.ts'
import { type Attempts, CODE_KEPT, LOGINS_A_MINUTE, networkOf } from './attempts.ts'

/** Attempts for one process and for tests. */
export function memoryAttempts(clock: Clock): Attempts {
  const counts = new Map<string, number>()
  const codes = new Map<string, Millis>()
  return {
    async count(address) {
      const key = `${networkOf(address)} ${Math.floor(clock() / minutes(1))}`
      const logins = counts.get(key) ?? 0
      if (logins < LOGINS_A_MINUTE) counts.set(key, logins + 1)
      return logins < LOGINS_A_MINUTE
    },
    async take(code) {
      const until = codes.get(code)
      if (until !== undefined && clock() < until) return false
      codes.set(code, millis(clock() + toMillis(CODE_KEPT)))
      return true
    },
  }
}
