import type { Millis } from '../kernel/time.ts'
import type { ItemKey } from './key.ts'
import type { OwnedPermit } from './permit.ts'

/** A subscribe message that somebody has asked for under a key. */
export interface Order {
  /** Grows with every write; 0 when nothing was written yet. */
  readonly version: number
  /** Of what was asked for: the same key asks for the same. */
  readonly digest: string
  /** What came of it, as JSON; nothing while it is being sent. */
  readonly outcome?: string
  /** Whoever sends it has until then. */
  readonly until: Millis
}

/** What is written together, or not at all; both must be as they were read. */
export interface OrderChanges {
  readonly key: ItemKey
  readonly order: Order
  readonly permit?: OwnedPermit
}

/**
 * Every method reads what was last written.
 * @throws {Fault} TABLE_UNAVAILABLE
 */
export interface Orders {
  order(key: ItemKey): Promise<Order | undefined>
  /** The version that both have now; `undefined` when something has changed since it was read. */
  commit(changes: OrderChanges): Promise<number | undefined>
}
