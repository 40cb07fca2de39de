import type { MsgId } from '../kernel/ids.ts'
import type { Seconds } from '../kernel/time.ts'
import { accepted, denied, doubted, type Permit, released } from '../store/permit.ts'
import { deniesPermit, mayHaveArrived } from './errcode.ts'
import { type Failure, failureOf } from './failure.ts'

/** How the sending of one subscribe message ended. */
export type Spent =
  | { readonly kind: 'sent'; readonly msgId: MsgId | undefined }
  /** It may have arrived: it is not sent again. */
  | { readonly kind: 'unsure' }
  /** WeChat says that the person allows nothing, whatever we have counted. */
  | { readonly kind: 'declined'; readonly failure: Failure }
  /** It did not go out. */
  | { readonly kind: 'refused'; readonly failure: Failure }

/** The name under which a permit was reserved before, and when. */
export interface Reservation {
  readonly id: string
  readonly at: Seconds
}

/**
 * Asks WeChat, for which a permit is reserved; what WeChat refuses is an outcome.
 * @throws {Fault} TABLE_UNAVAILABLE: the table has the token, and nothing was sent without one
 */
export async function spend(send: () => Promise<MsgId | undefined>): Promise<Spent> {
  try {
    return { kind: 'sent', msgId: await send() }
  } catch (cause) {
    if (mayHaveArrived(cause)) return { kind: 'unsure' }
    const failure = failureOf(cause)
    return { kind: deniesPermit(failure.errcode) ? 'declined' : 'refused', failure }
  }
}

/** What that leaves of the permit. */
export const settledPermit =
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
