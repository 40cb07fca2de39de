import { type Document, type Documents, hasCome } from './documents.ts'

/** Documents of one process: where there is no database, and for tests. */
export function memoryDocuments(): Documents {
  const kept = new Map<string, Document>()
  const those = (fits: (document: Document) => boolean): Document[] => [...kept.values()].filter(fits)
  return {
    get: async (id) => kept.get(id),
    add: async (document) => {
      if (kept.has(document.id)) return false
      kept.set(document.id, document)
      return true
    },
    change: async (ids, change) => {
      const after = change(ids.map((id) => kept.get(id)))
      for (const [place, id] of after === undefined ? [] : ids.entries()) {
        const document = after?.[place]
        if (document === undefined) kept.delete(id)
        else kept.set(id, document)
      }
      return after !== undefined
    },
    of: async (person, which) =>
      those((document) => document.person === person && (which === 'all' || document.openAt > 0)),
    due: async (now, limit) =>
      those(({ dueAt }) => hasCome(dueAt, now))
        .sort((left, right) => left.dueAt - right.dueAt)
        .slice(0, limit),
    sweep: async (now) => {
      for (const { id, expiresAt } of kept.values()) if (hasCome(expiresAt, now)) kept.delete(id)
    },
  }
}
