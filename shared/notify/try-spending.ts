import { isUnavailable } from '../kernel/fault.ts'
import type { MsgId } from '../kernel/ids.ts'
import { minutes } from '../kernel/time.ts'
import { type Spent, spend } from '../wechat/spend.ts'

/** Longer than any function lives, and than WeChat takes to tell of what it has sent. */
export const SENDING_LEASE = minutes(15)

/** Asks WeChat; that the table has no token to give is an outcome here, too: nothing was sent without one. */
export async function trySpending(send: () => Promise<MsgId | undefined>): Promise<Spent> {
  try {
    return await spend(send)
  } catch (cause) {
    if (!isUnavailable(cause)) throw cause
    return { kind: 'refused', failure: { next: 'again', reason: cause.code } }
  }
}
