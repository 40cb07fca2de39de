import { type Clock, millis } from '../../shared/kernel/time.ts'
import type { Documents } from '../../shared/store/documents.ts'
import { mayPass } from './sdk-error.ts'

/** Whoever has waited longer than this has no time for a second try. */
const SOON = millis(500)

/**
 * The same documents, asked once more where the database failed for the moment. A change is made over what was read, so it is not
 * made twice. Nothing is added twice either, but nobody would know by whom: that is told as it is.
 */
export function patient(documents: Documents, clock: Clock): Documents {
  async function twice<T>(ask: () => Promise<T>): Promise<T> {
    const begun = clock()
    try {
      return await ask()
    } catch (cause) {
      if (!mayPass(cause) || clock() - begun > SOON) throw cause
      return await ask()
    }
  }

  return {
    get: (id) => twice(() => documents.get(id)),
    add: (document) => documents.add(document),
    change: (ids, change) => twice(() => documents.change(ids, change)),
    of: (person, which) => twice(() => documents.of(person, which)),
    due: (now, limit) => twice(() => documents.due(now, limit)),
    sweep: (now) => twice(() => documents.sweep(now)),
  }
}
