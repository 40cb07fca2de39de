import type { Millis } from '../kernel/time.ts'
import type { ItemKey } from './key.ts'

/** Work that waits for its time. */
export interface Waiting {
  readonly key: ItemKey
  readonly dueAt: Millis
  /** Nothing went wrong with what has none: it waits because it was planned, as for the end of a cooldown. */
  readonly acceptedAt?: Millis
}

/** @throws {Fault} TABLE_UNAVAILABLE */
export interface Due {
  /** All that waits, page by page, what is due first within a page's shard. */
  waiting(): AsyncIterable<readonly Waiting[]>
  /** Makes it ready, if it still waits and is due; that makes the table's stream tell of it. */
  ready(key: ItemKey, now: Millis): Promise<boolean>
}
