import type { FaultCode, FaultFacts } from '../kernel/fault.ts'
import type { Secret } from '../kernel/secret.ts'
import type { Millis } from '../kernel/time.ts'

export interface KeptToken {
  readonly token: Secret
  /** When WeChat was asked for it: what was asked for later is newer. */
  readonly obtainedAt: Millis
  readonly freshUntil: Millis
  readonly worksUntil: Millis
  /** When WeChat, asked for another, last gave this one again. */
  readonly confirmedAt?: Millis
}

/** A refresh that failed: nobody asks again before `until`. */
export interface TokenFailure {
  readonly code: FaultCode
  readonly facts: FaultFacts
  readonly until: Millis
}

export interface TokenRecord {
  /** Grows with every outcome of a refresh; 0 before the first. */
  readonly revision: number
  readonly kept?: KeptToken
  readonly failure?: TokenFailure
  /** Somebody asks WeChat until then; a lease whose time is over counts for nothing. */
  readonly leasedUntil?: Millis
}

export interface TokenLease {
  /** Another name for every refresh. */
  readonly holder: string
  readonly until: Millis
}

/**
 * The token that all instances share, and whose turn it is to renew it.
 * @throws {Fault} TABLE_UNAVAILABLE, every method
 */
export interface TokenStore {
  read(): Promise<TokenRecord>
  /** Given to one at a time, and to nobody who has not seen the outcome of the last refresh. */
  lease(lease: TokenLease, seen: TokenRecord): Promise<boolean>
  /** Writes only what is newer, ends the holder's own lease, and answers the token that counts from now on. */
  keep(holder: string, token: KeptToken): Promise<KeptToken>
  /** Ends the lease of a holder who got none; of a holder who has lost it, nothing is written. */
  fail(holder: string, failure: TokenFailure): Promise<void>
}
