import type { Clock } from '../../shared/kernel/time.ts'

/** Which transactions were done: a writer that lost the answer asks again with the same token. */
export interface Tokens {
  /** `mismatch` is the same token with other parameters. */
  look(token: string, parameters: string): 'new' | 'done' | 'mismatch'
  done(token: string, parameters: string): void
}

/** DynamoDB forgets a token after ten minutes. */
const REMEMBERED_MS = 10 * 60_000

export function rememberTokens(clock: Clock): Tokens {
  const known = new Map<string, { readonly parameters: string; readonly atMs: number }>()
  return {
    look: (token, parameters) => {
      const seen = known.get(token)
      if (seen === undefined || clock() - seen.atMs >= REMEMBERED_MS) return 'new'
      return seen.parameters === parameters ? 'done' : 'mismatch'
    },
    done: (token, parameters) => void known.set(token, { parameters, atMs: clock() }),
  }
}
