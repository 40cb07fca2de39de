import type { Documents } from '../../shared/store/documents.ts'
import { type ItemKey, windowKey } from '../../shared/store/key.ts'
import { documentId } from '../../shared/store/push-document.ts'

/**
 * The same documents, of which a person's window is read at once, while the push is still being accepted: one wait for the database
 * less before the first reply. Whoever changes it meanwhile is noticed when it is written.
 */
export function readAhead(documents: Documents, { pk }: Pick<ItemKey, 'pk'>): Documents {
  const windowId = documentId(windowKey(pk))
  let early: ReturnType<Documents['get']> | undefined = documents.get(windowId)
  // Who asks hears of a failure; if nobody does, nobody has to.
  early.catch(() => undefined)
  return {
    ...documents,
    get: async (id) => {
      if (id !== windowId || early === undefined) return await documents.get(id)
      const window = early
      early = undefined
      return await window
    },
  }
}
