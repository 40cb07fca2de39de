import { type Millis, millis, type Seconds } from '../kernel/time.ts'
import type { ItemKey } from './key.ts'
import type { Notice, Reading } from './notice.ts'
import type { OwnedPermit } from './permit.ts'
import type { Presence } from './presence.ts'

/** A notice in the table. */
export interface KeptNotice extends Notice {
  /** The end of its key, shortened: which one it is among a person's. */
  readonly name: string
  readonly acceptedAt: Millis
}

/** A subscribe message on its way: whoever sends it has until then. */
export interface Sending {
  /** Under which the permit is reserved. */
  readonly id: string
  readonly at: Millis
  readonly until: Millis
  /** How far the person was told before. */
  readonly toldUntil: Millis
  readonly alsoTold: readonly string[]
  /** IM's time of the oldest message that it tells of. */
  readonly openFrom: Seconds | undefined
}

/** How far somebody was told of what they missed, and when there is something to be done next. */
export interface Notify {
  /** Grows with every write; 0 when nothing was written yet. */
  readonly version: number
  /** What was accepted by then needs no telling any more. */
  readonly toldUntil: Millis
  /** Of what was accepted later, these. */
  readonly alsoTold: readonly string[]
  /** The subscribe messages of the last day, oldest first. */
  readonly sentAt: readonly Millis[]
  /** How many were sent in a row since the person was last seen. */
  readonly step: number
  /** How often in a row WeChat did not take it. */
  readonly tries: number
  /** How often in a row IM was asked in vain. */
  readonly questions: number
  /** IM's time of the oldest message that is not told. */
  readonly openFrom: Seconds | undefined
  readonly sending: Sending | undefined
  readonly next: Next | undefined
}

type Next =
  | { readonly state: 'waiting'; readonly dueAt: Millis; readonly reason: string }
  /** Somebody has to mend something; what comes anew is tried all the same. */
  | { readonly state: 'failed'; readonly reason: string }

export const NO_NOTIFY: Notify = {
  version: 0,
  toldUntil: millis(0),
  alsoTold: [],
  sentAt: [],
  step: 0,
  tries: 0,
  questions: 0,
  openFrom: undefined,
  sending: undefined,
  next: undefined,
}

/** When we came to know of it. */
export type KeptReading = Reading & { readonly at: Millis }

/** What lies under a person in IM, as far as it matters from a time on. */
export interface Inflow {
  /** Those that were not recalled. */
  readonly notices: readonly KeptNotice[]
  readonly readings: readonly KeptReading[]
  readonly presence: Presence
}

/** Which notices are still to be told, beside all else that lies there. */
export type Sieve = (beside: Omit<Inflow, 'notices'>) => (notice: KeptNotice) => boolean

/** What is written together, or not at all; both must be as they were read. */
export interface NotifyChanges {
  readonly person: string
  readonly notify: Notify
  readonly permit?: OwnedPermit
}

/**
 * What telling somebody reads and writes; a person is the `im#…` of a partition key. Every method reads what was last written.
 * @throws {Fault} TABLE_UNAVAILABLE
 */
export interface NotifyStore {
  notify(person: string): Promise<Notify>
  /** Notices of which IM's time is not before `since`; of those that are still to be told the last thousand. */
  inflow(person: string, since: Seconds, sieve?: Sieve): Promise<Inflow>
  /** The version that both have now; `undefined` when something has changed since it was read. */
  commit(changes: NotifyChanges): Promise<number | undefined>
  /** Notices for all whom a group's message mentions; those that are there already stay. */
  fanOut(mention: ItemKey): Promise<void>
}
