import { DatabaseError } from './database-error.ts'
import { type Document, isDocument, type Value } from './ejson.ts'

/** A document as it was written: each write makes another one, so that a reader knows whether it is still the same. */
export interface Stored {
  readonly document: Document
}

/** What a reader or a writer sees of the database: all of it, or a transaction's view. */
export interface View {
  /** In the order in which they were first written. @throws {DatabaseError} DATABASE_COLLECTION_NOT_EXIST */
  all(collection: string): readonly Document[]
  find(collection: string, id: string): Document | undefined
  /** `undefined` removes. @throws {DatabaseError} DATABASE_TRANSACTION_CONFLICT; DATABASE_REQUEST_FAILED it is too large */
  write(collection: string, id: string, document: Document | undefined): void
}

export type Collections = ReturnType<typeof collections>

/** A document of the cloud database has at most so many bytes. */
const LARGEST_DOCUMENT = 1024 * 1024

/** The documents of the database, by collection and `_id`. */
export function collections(names: readonly string[] = []) {
  const kept = new Map<string, ReadonlyMap<string, Stored>>(names.map((name) => [name, new Map()]))
  return { create, snapshot, read, replace }

  /** @throws {DatabaseError} DATABASE_COLLECTION_ALREADY_EXIST */
  function create(name: string): void {
    if (kept.has(name)) throw new DatabaseError('DATABASE_COLLECTION_ALREADY_EXIST')
    kept.set(name, new Map())
  }

  /** As it is now; later writes do not show in it. */
  function snapshot(): ReadonlyMap<string, ReadonlyMap<string, Stored>> {
    return new Map(kept)
  }

  /** @throws {DatabaseError} DATABASE_COLLECTION_NOT_EXIST */
  function read(name: string): ReadonlyMap<string, Stored> {
    return kept.get(name) ?? notThere()
  }

  function replace(name: string, id: string, document: Document | undefined): void {
    kept.set(name, withDocument(read(name), id, document))
  }
}

/** A copy of a collection with one document written or, for `undefined`, removed. */
export function withDocument(
  collection: ReadonlyMap<string, Stored>,
  id: string,
  document: Document | undefined,
): ReadonlyMap<string, Stored> {
  const copy = new Map(collection)
  if (document === undefined) copy.delete(id)
  else copy.set(id, { document: checkedSize(document) })
  return copy
}

export function notThere(): never {
  throw new DatabaseError('DATABASE_COLLECTION_NOT_EXIST')
}

function checkedSize(document: Document): Document {
  if (bytesOf(document) <= LARGEST_DOCUMENT) return document
  throw new DatabaseError('DATABASE_REQUEST_FAILED', 'document is larger than 1048576 bytes')
}

/** Names and texts count as they are, without what JSON escapes in them, and any other value as its eight bytes. */
function bytesOf(value: Value): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + bytesOf(one), 0)
  if (!isDocument(value)) return 8
  return Object.entries(value).reduce((sum, [name, member]) => sum + Buffer.byteLength(name) + bytesOf(member), 0)
}
