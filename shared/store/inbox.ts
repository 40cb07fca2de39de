import { hours, type Seconds, seconds } from '../kernel/time.ts'
import { type ItemKey, personKey, pushSortKey } from './key.ts'

/** A push as it is kept: the opened body itself, so that nothing is lost in between. */
export interface InboxPush {
  readonly appId: string
  readonly openId: string
  /** Same for every delivery of the same push. */
  readonly dedupKey: string
  /** The message's kind, for people who look at the table. */
  readonly message: string
  readonly format: string
  readonly sealed: boolean
  readonly text: string
  readonly signedAt: Seconds
  /** Written in the session: it is answered in the order in which it came. */
  readonly isConversation: boolean
}

/** Accepting is one conditional write: the dedup, the receipt and the queue. */
export interface Inbox {
  /** @throws {Fault} TABLE_UNAVAILABLE when it is not known to be written */
  accept(push: InboxPush): Promise<'new' | 'seen'>
}

/** WeChat's slowest series of retries (`xpay_*`, 15 doubling gaps) takes 18 hours, and each may be signed anew. */
export const RETRY_MARGIN = hours(24)

/**
 * When a push may be forgotten: later than its youngest signature is refused for its age, or a replay would be taken for a new
 * push.
 */
export const forgetAt = (push: InboxPush, now: Seconds, retention: Seconds): Seconds =>
  seconds(Math.max(now, push.signedAt) + retention + RETRY_MARGIN)

export const pushKey = ({ appId, openId, dedupKey }: InboxPush): ItemKey => ({
  pk: personKey(appId, openId),
  sk: pushSortKey(dedupKey),
})
