import type { UserId } from '../kernel/ids.ts'
import type { Platform } from '../kernel/platform.ts'
import { hours, type Millis, type Seconds } from '../kernel/time.ts'

/** A message that somebody may have missed. */
export interface Notice {
  readonly to: UserId
  readonly from: UserId
  /** Of a group's message. */
  readonly group?: string
  /** `MsgKey`, or of a group's message what stands for it; the same at every delivery. */
  readonly key: string
  /** IM's time. */
  readonly sentAt: Seconds
  /** One line without control characters. */
  readonly preview: string
}

/** A notice for several: those whom a group's message mentions. */
export interface Mention extends Omit<Notice, 'to' | 'group'> {
  readonly group: string
  readonly to: readonly UserId[]
}

/** Somebody has read what somebody else has sent. */
export interface Reading {
  readonly reader: UserId
  readonly peer: UserId
  /** All that was sent until then. */
  readonly until: Seconds
}

export interface StateChange {
  readonly userId: UserId
  readonly platform: Platform
  readonly isOnline: boolean
  readonly at: Millis
  /** Those that this login has logged out. */
  readonly kicked: readonly Platform[]
}

/**
 * What IM tells, each kept with one write, which is also the dedup: `seen` when it has come before or something newer is known.
 * @throws {Fault} TABLE_UNAVAILABLE when it is not known to be written
 */
export interface NoticeInbox {
  notice(notice: Notice): Promise<Receipt>
  mention(mention: Mention): Promise<Receipt>
  /** The message is as if it had never been sent, whichever of the two comes first. */
  recall(message: Pick<Notice, 'to' | 'from' | 'key' | 'sentAt'>): Promise<Receipt>
  read(reading: Reading): Promise<Receipt>
  stateChange(change: StateChange): Promise<Receipt>
}

export type Receipt = 'new' | 'seen'

/** How long a notice is remembered: longer than IM tries again, and than a night and the longest cooldown. */
export const NOTICE_KEPT = hours(48)
