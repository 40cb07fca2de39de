import { act } from '../../shared/act/act.ts'
import { isUnavailable, whyOf } from '../../shared/kernel/fault.ts'
import { millis } from '../../shared/kernel/time.ts'
import { takeDue } from '../../shared/store/document-due.ts'
import type { Documents } from '../../shared/store/documents.ts'
import type { ItemKey } from '../../shared/store/key.ts'
import type { Deadline } from './deadline.ts'
import type { CloudDeps } from './deps.ts'
import { hostOf } from './host.ts'

/** Another push is not begun with less than this left: its handler would have no time at all. */
const TIME_FOR_ONE = millis(1500)

/** How the work on a push ended. */
export type WorkedOff =
  | 'done'
  /** The database failed before anything had gone out. */
  | 'untouched'
  /** It failed after that and does not know what has gone out, or there is a bug. */
  | 'unnoted'

/** Works off a push and whoever waits for it, as far as there is time: what is left is due later. */
export async function workOff(
  key: ItemKey,
  documents: Documents,
  deadline: Deadline,
  deps: CloudDeps,
): Promise<WorkedOff> {
  const queue = [key]
  const host = hostOf(documents, deadline, (next) => void queue.push(next), deps)
  try {
    for (const next of queue) if (next === key || deadline.timeLeft() > TIME_FOR_ONE) await act(next, host.act)
    return 'done'
  } catch (cause) {
    // A bug of ours is none of the database: what it breaks comes again when it is due.
    const outcome = isUnavailable(cause) && !host.hasSpoken() ? 'untouched' : 'unnoted'
    deps.log.error('cloud.broken', { ...whyOf(cause), outcome })
    return outcome
  }
}

/** What waits, and what was begun by somebody who is gone. */
export async function workOffDue(documents: Documents, deadline: Deadline, deps: CloudDeps): Promise<number> {
  let count = 0
  while (deadline.timeLeft() > TIME_FOR_ONE) {
    // One at a time: whoever takes more than there is time for keeps them from others.
    const [key] = await takeDue(documents, deps.clock(), 1)
    if (key === undefined) break
    if ((await workOff(key, documents, deadline, deps)) === 'done') count += 1
  }
  return count
}
