import { type Millis, millis, toMillis, toSeconds } from '../kernel/time.ts'
import { givenBack, holding, type Permit, remaining } from '../store/permit.ts'
import { SENDING_LEASE } from './try-spending.ts'

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
