import { Fault } from '../kernel/fault.ts'
import type { MsgId } from '../kernel/ids.ts'
import { type Millis, millis, minutes, type Seconds, toMillis, toSeconds } from '../kernel/time.ts'
import { accepted, denied, doubted, givenBack, holding, type Permit, released, remaining } from '../store/permit.ts'
import { deniesPermit, mayHaveArrived } from '../wechat/errcode.ts'
import { type Failure, failureOf } from '../wechat/failure.ts'

/** Longer than any function lives, and than WeChat takes to tell of what it has sent. */
export const SENDING_LEASE = minutes(15)

/** How the sending of one subscribe message ended. */
export type Spent =
  | { readonly kind: 'sent'; readonly msgId: MsgId | undefined }
  /** It may have arrived: it is not sent again. */
  | { readonly kind: 'unsure' }
  /** WeChat says that the person allows nothing, whatever we have counted. */
  | { readonly kind: 'declined' }
  /** It did not go out. */
  | { readonly kind: 'refused'; readonly failure: Failure }

/** A permit as it may be spent now: what a send holds whose sender has died, it holds for the lease. */
export const spendable = (permit: Permit, now: Millis): Permit =>
  givenBack(permit, toSeconds(millis(now - SENDING_LEASE)))

/** Whoever sends now may give it back. */
export const PERMIT_IN_USE = 'permit-in-use'

/** The shortest wait for somebody else's send, and how much later than its lease it is given back at most. */
const SHORTLY = 5000
const SECOND = 1000

/**
 * None is left, but another send holds one that it may give back: when to look again. As long again as that has lasted, until its
 * lease is over.
 */
export function inUseUntil(permit: Permit, now: Millis): Millis | undefined {
  const held = remaining(permit) === 0 ? holding(permit) : undefined
  if (held === undefined) return undefined
  const at = toMillis(held.at)
  return millis(Math.min(now + Math.max(SHORTLY, now - at), at + SECOND + SENDING_LEASE))
}

/** The name under which a permit was reserved before, and when. */
export interface Reservation {
  readonly id: string
  readonly at: Seconds
}

/** Asks WeChat, for which a permit is reserved; what WeChat refuses is an outcome. */
export async function spend(send: () => Promise<MsgId | undefined>): Promise<Spent> {
  try {
    return { kind: 'sent', msgId: await send() }
  } catch (cause) {
    if (mayHaveArrived(cause)) return { kind: 'unsure' }
    // The table has the token: nothing was sent without one.
    if (cause instanceof Fault && cause.code === 'TABLE_UNAVAILABLE')
      return { kind: 'refused', failure: { next: 'again', reason: cause.code } }
    const failure = failureOf(cause)
    return deniesPermit(failure.errcode) ? { kind: 'declined' } : { kind: 'refused', failure }
  }
}

/** What that leaves of the permit. */
export const permitAfter =
  (spent: Spent, { id, at }: Reservation) =>
  (permit: Permit): Permit => {
    switch (spent.kind) {
      case 'sent':
        return accepted(permit, id, at, spent.msgId)
      case 'unsure':
        return doubted(permit, id)
      case 'declined':
        return denied(permit, id, at)
      case 'refused':
        return released(permit, id)
    }
  }
