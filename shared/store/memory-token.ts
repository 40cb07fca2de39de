import type { Clock } from '../kernel/time.ts'
import type { TokenLease, TokenRecord, TokenStore } from './token.ts'

/** A token for one process and for tests. */
export function memoryTokens(clock: Clock): TokenStore {
  let record: Omit<TokenRecord, 'leasedUntil'> = { revision: 0 }
  let lease: TokenLease | undefined
  const end = (holder: string): void => {
    if (lease?.holder === holder) lease = undefined
  }
  return {
    async read() {
      return lease === undefined ? record : { ...record, leasedUntil: lease.until }
    },
    async lease(wanted, { revision }) {
      if (revision !== record.revision || (lease !== undefined && lease.until > clock())) return false
      lease = wanted
      return true
    },
    async keep(holder, token) {
      const { kept, revision } = record
      if (lease?.holder !== holder && kept !== undefined && kept.obtainedAt >= token.obtainedAt) return kept
      record = { revision: revision + 1, kept: token }
      end(holder)
      return token
    },
    async fail(holder, failure) {
      if (lease?.holder !== holder) return
      record = { ...record, revision: record.revision + 1, failure }
      end(holder)
    },
  }
}
