import type { Document } from '../../shared/store/documents.ts'

/** A document as it lies in the cloud database. */
export interface Stored extends Omit<Document, 'id'> {
  readonly _id: string
  /** Grows with every write. */
  readonly version: number
}

export const storedOf = ({ id: _id, ...members }: Document, version: number): Stored => ({ _id, version, ...members })

/** `null` is what a transaction says of a document that is not there. */
export function documentOf(found: unknown): Found | undefined {
  if (typeof found !== 'object' || found === null || !('_id' in found)) return undefined
  const { _id: id, version, person, kind, state, openAt, dueAt, expiresAt, value } = found as Stored
  return { version, document: { id, person, kind, state, openAt, dueAt, expiresAt, value } }
}

export interface Found {
  readonly document: Document
  readonly version: number
}
