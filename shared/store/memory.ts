import { type Clock, type Seconds, toSeconds } from '../kernel/time.ts'
import { forgetAt, type Inbox, pushKey } from './inbox.ts'

/** An inbox for one process and for tests. */
export function memoryInbox(clock: Clock, retention: Seconds): Inbox {
  const expiries = new Map<string, Seconds>()
  return {
    async accept(push) {
      const now = toSeconds(clock())
      const { pk, sk } = pushKey(push)
      const key = JSON.stringify([pk, sk])
      const expiresAt = expiries.get(key)
      if (expiresAt !== undefined && expiresAt > now) return 'seen'
      expiries.set(key, forgetAt(push, now, retention))
      return 'new'
    },
  }
}
