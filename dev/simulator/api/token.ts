import { randomBytes } from 'node:crypto'
import {
  type Clock,
  hours,
  type Millis,
  millis,
  minutes,
  type Seconds,
  toMillis,
  toSeconds,
} from '../../../shared/kernel/time.ts'
import { refuse } from './refusal.ts'

/** Why a token no longer works: not the latest, not one, or out of its time. */
export type TokenFault = 40001 | 40014 | 42001

export interface Issued {
  readonly token: string
  readonly expiresIn: Seconds
}

const LIFETIME = toMillis(hours(2))
/** Before its end a token is renewed; this long the one before it still works. */
const OVERLAP = minutes(5)

/** The tokens of one endpoint: the two that there are know nothing of each other. */
export function tokenFamily(clock: Clock) {
  /** Until when each token works, and what is said of it afterwards. */
  const lives = new Map<string, { readonly until: Millis; readonly fault: TokenFault }>()
  let current: { readonly token: string; readonly expiresAt: Millis } | undefined
  return { handOut, renew, replace, end, check }

  /** The current one while it has more than five minutes left. */
  function handOut(): Issued {
    return current === undefined || leftOf(current) <= OVERLAP ? renew() : issued(current)
  }

  /** A new one; the one before it lives five minutes more. */
  function renew(): Issued {
    if (current !== undefined && leftOf(current) > 0) {
      lives.set(current.token, { until: millis(clock() + OVERLAP), fault: 40001 })
    }
    current = { token: aToken(), expiresAt: millis(clock() + LIFETIME) }
    lives.set(current.token, { until: current.expiresAt, fault: 42001 })
    return issued(current)
  }

  /** A new one; whatever was before it dies at once. */
  function replace(): Issued {
    end(40001)
    return renew()
  }

  function end(fault: TokenFault): void {
    for (const [token, { until }] of lives) if (until > clock()) lives.set(token, { until: clock(), fault })
    current = undefined
  }

  /** `undefined`: it works. */
  function check(token: string): TokenFault | 'unknown' | undefined {
    const life = lives.get(token)
    if (life === undefined) return 'unknown'
    return clock() < life.until ? undefined : life.fault
  }

  function leftOf({ expiresAt }: { readonly expiresAt: Millis }): number {
    return expiresAt - clock()
  }

  function issued(of: { readonly token: string; readonly expiresAt: Millis }): Issued {
    return { token: of.token, expiresIn: toSeconds(millis(leftOf(of))) }
  }
}

type TokenFamily = ReturnType<typeof tokenFamily>

/** @throws {Refusal} 41001, 40001, 40014, 42001 */
export function checkToken(token: string | null, families: readonly TokenFamily[]): void {
  if (token === null || token === '') refuse(41001)
  const verdicts = families.map((family) => family.check(token))
  if (verdicts.includes(undefined)) return
  refuse(verdicts.find((verdict) => verdict !== 'unknown') ?? 40001)
}

/** 143 characters; WeChat asks for room for 512. */
const aToken = (): string => `97_${randomBytes(105).toString('base64url')}`
