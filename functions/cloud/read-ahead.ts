import type { Document, Documents, MaybeDocument } from '../../shared/store/documents.ts'
import { type ItemKey, windowKey } from '../../shared/store/key.ts'
import { documentId } from '../../shared/store/push-document.ts'

/**
 * The same documents, of which those of a conversation are read at once, while its push is still being accepted: two waits for the
 * database less before the first reply. In no order, because nobody else works on a push that is new; whoever changes the window
 * meanwhile is noticed when it is written.
 */
export function readAhead(documents: Documents, { pk: person }: Pick<ItemKey, 'pk'>): Documents {
  const windowId = documentId(windowKey(person))
  const added: Document[] = []
  const window = once(documents.get(windowId))
  const open = once(documents.of(person, 'open'))
  return {
    ...documents,
    add: async (document) => {
      const isNew = await documents.add(document)
      if (isNew && document.person === person && document.openAt > 0) added.push(document)
      return isNew
    },
    get: async (id) => {
      const early: Promise<MaybeDocument> | undefined = id === windowId ? window() : undefined
      return await (early ?? documents.get(id))
    },
    of: async (whose, which) => {
      const early = whose === person && which === 'open' ? open() : undefined
      if (early === undefined) return await documents.of(whose, which)
      const known = await early
      return [...known, ...added.filter(({ id }) => known.every((document) => document.id !== id))]
    },
  }
}

/** What was read early is good for one use. */
function once<T>(reading: Promise<T>): () => Promise<T> | undefined {
  // Who asks hears of a failure; if nobody does, nobody has to.
  reading.catch(() => undefined)
  let left: Promise<T> | undefined = reading
  return () => {
    const taken = left
    left = undefined
    return taken
  }
}
