import type { Millis } from '../kernel/time.ts'
import type { PushState } from './work.ts'

/** What a document database keeps: members that it is found by, and what it says as JSON text. */
export interface Document {
  readonly id: string
  /** Partition key of whom it is about. */
  readonly person: string
  readonly kind: 'push' | 'window' | 'progress' | 'permit' | 'media'
  /** Of a push; empty for the rest. */
  readonly state: PushState | ''
  /** When it was accepted, in ms, as long as it was written in the session and is not worked off; 0 for all others. */
  readonly openAt: number
  /** When somebody should look at it, in ms; 0: never. */
  readonly dueAt: number
  /** From when on it may be removed, in ms; 0: never. */
  readonly expiresAt: number
  readonly value: string
}

export type MaybeDocument = Document | undefined

/** Of `dueAt` and `expiresAt`: 0 never comes. */
export const hasCome = (at: number, now: Millis): boolean => at > 0 && at <= now

/**
 * A database of documents, one collection of it.
 * @throws {Fault} TABLE_UNAVAILABLE, every method
 */
export interface Documents {
  get(id: string): Promise<MaybeDocument>
  /** False when there is one with this id already. */
  add(document: Document): Promise<boolean>
  /**
   * Reads these and writes what `change` makes of them in their order, all or nothing, while nobody writes in between; `undefined`
   * in place of one removes it. False when `change` makes nothing of them; it may be asked more than once.
   */
  change(ids: readonly string[], change: DocumentChange): Promise<boolean>
  /** What is about a person, all of it or what is open. */
  of(person: string, which: 'all' | 'open'): Promise<readonly Document[]>
  /** What somebody should look at, what is due first at the front. */
  due(now: Millis, limit: number): Promise<readonly Document[]>
  /** Removes what has expired. */
  sweep(now: Millis): Promise<void>
}

export type DocumentChange = (before: readonly MaybeDocument[]) => readonly MaybeDocument[] | undefined
