import type { Millis } from '../kernel/time.ts'
import { type Documents, hasCome } from './documents.ts'
import type { ItemKey } from './key.ts'
import { keyOfPush, postponed } from './push-document.ts'

/**
 * Pushes whose time has come, and those that are ready and that nobody has worked off: each is handed to one asker, what is due
 * first at the front.
 */
export async function takeDue(documents: Documents, now: Millis, limit: number): Promise<readonly ItemKey[]> {
  const taken: ItemKey[] = []
  for (const due of await documents.due(now, limit)) {
    const isTaken = await documents.change([due.id], ([before]) =>
      before !== undefined && hasCome(before.dueAt, now) ? [{ ...postponed(before, now), state: 'ready' }] : undefined,
    )
    if (isTaken) taken.push(keyOfPush(due))
  }
  return taken
}
