import { type Clock, type Seconds, toSeconds } from '../kernel/time.ts'
import { forgetAt, type Inbox, type InboxPush, pushKey } from './inbox.ts'

interface MemoryInbox extends Inbox {
  /** The push is worked off: from now on it may be forgotten. */
  finish(push: InboxPush): Promise<void>
}

/** An inbox for one process and for tests. */
export function memoryInbox(clock: Clock, retention: Seconds): MemoryInbox {
  const kept = new Map<string, { readonly until: Seconds; readonly isDone: boolean }>()
  return {
    async accept(push) {
      const now = toSeconds(clock())
      const before = kept.get(keyOf(push))
      if (before !== undefined && !(before.isDone && before.until <= now)) return 'seen'
      kept.set(keyOf(push), { until: forgetAt(push, now, retention), isDone: false })
      return 'new'
    },
    async finish(push) {
      const before = kept.get(keyOf(push))
      if (before !== undefined) kept.set(keyOf(push), { ...before, isDone: true })
    },
  }
}

function keyOf(push: InboxPush): string {
  const { pk, sk } = pushKey(push)
  return JSON.stringify([pk, sk])
}
