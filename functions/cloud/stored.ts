import type { Document, MaybeDocument } from '../../shared/store/documents.ts'

/** A document as it lies in the cloud database. */
export interface Stored extends Omit<Document, 'id'> {
  readonly _id: string
  /** Grows with every write. */
  readonly version: number
}

export const storedOf = (document: Document, version: number): Stored => ({
  _id: document.id,
  ...membersOf(document, version),
})

/** What is written where the id is said already. */
export const membersOf = ({ id: _, ...members }: Document, version: number): Omit<Stored, '_id'> => ({
  version,
  ...members,
})

export interface Read {
  readonly document: MaybeDocument
  readonly version: number
}

export const NOT_THERE: Read = { document: undefined, version: 0 }

/** `null` is what a transaction says of a document that is not there, `undefined` what is left of an empty answer. */
export function readOf(found: unknown): Read {
  if (typeof found !== 'object' || found === null || !('_id' in found)) return NOT_THERE
  const { _id: id, version, person, kind, state, openAt, dueAt, expiresAt, value } = found as Stored
  return { version, document: { id, person, kind, state, openAt, dueAt, expiresAt, value } }
}
