import { randomUUID } from 'node:crypto'
import { Fault, isUnavailable } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import type { Secret } from '../kernel/secret.ts'
import { type Clock, type Millis, millis, type Sleep, toMillis } from '../kernel/time.ts'
import type { KeptToken, TokenFailure, TokenRecord, TokenStore } from '../store/token.ts'
import { nextOf, refusedBy, TOKEN_CALL } from './errcode.ts'
import type { AskForToken, GivenToken } from './stable-token.ts'

/** @throws {Fault} WECHAT_REFUSED, WECHAT_UNREACHABLE, WECHAT_UNREADABLE, TABLE_UNAVAILABLE */
export interface AccessTokens {
  get(): Promise<Secret>
  /** After WeChat refused this one: another, or this one again when WeChat knows no other. */
  renew(stale: Secret): Promise<Secret>
}

export interface TokenDeps {
  readonly ask: AskForToken
  readonly store: TokenStore
  readonly clock: Clock
  readonly sleep: Sleep
  readonly log: Log
  /** From 0 to 1: spreads those who wait. */
  readonly random?: () => number
}

/** In its last five minutes a token works beside its successor, so that it is renewed before it ends. */
const OVERLAP = millis(300_000)
const FRESH_AT_LEAST = millis(60_000)
/** Longer than a call for a token may take: whoever holds a lease past this has died. */
const LEASE = millis(10_000)
/** How long one waits for another's refresh; two holders may die meanwhile. */
const PATIENCE = millis(25_000)
/** When WeChat gave the same token again, asking sooner than this would change nothing. */
const CONFIRMED = millis(30_000)
/** How long all instances believe a refresh that failed: by itself it may pass soon, or somebody has to act. */
const FAILED = { passing: millis(2000), lasting: millis(10_000) }

/** Memory, then table, then WeChat: one refresh at a time across all instances, one flight in this process. */
export function accessTokens({ ask, store, clock, sleep, log, random = Math.random }: TokenDeps): AccessTokens {
  let known: KeptToken | undefined
  let flight: Promise<Secret> | undefined

  const share = (stale?: Secret): Promise<Secret> => {
    flight ??= obtain(stale)
      .catch((failure) => orOld(failure, known, stale))
      .finally(() => {
        flight = undefined
      })
    return flight
  }

  return {
    get: async () => (known !== undefined && isFresh(known) ? known.token : await share()),
    async renew(stale) {
      const other = flight === undefined ? known?.token : await flight.catch(() => undefined)
      return other !== undefined && !isSame(other, stale) ? other : await share(stale)
    },
  }

  async function obtain(stale: Secret | undefined): Promise<Secret> {
    const giveUpAt = clock() + PATIENCE
    for (let round = 0; clock() < giveUpAt; round += 1) {
      const record = await store.read()
      const { kept, failure } = record
      if (kept !== undefined && isGood(kept, stale)) return remember(kept)
      if (failure !== undefined && failure.until > clock()) return orOld(faultOf(failure), kept, stale)
      const lease = { holder: randomUUID(), until: millis(clock() + LEASE) }
      if (!isLeased(record) && (await store.lease(lease, record))) return await refresh(lease.holder, record, stale)
      if (isUsable(kept, stale)) return kept.token
      await sleep(pause(round))
    }
    throw new Fault('WECHAT_UNREACHABLE', { call: TOKEN_CALL, because: 'lease', afterMs: PATIENCE })
  }

  async function refresh(holder: string, { kept }: TokenRecord, stale: Secret | undefined): Promise<Secret> {
    const obtainedAt = clock()
    let given: GivenToken
    try {
      given = await ask()
    } catch (failure) {
      if (failure instanceof Fault) await tellFailure(failure, holder)
      return orOld(failure, kept, stale)
    }
    log.info('token.refreshed', { tookMs: clock() - obtainedAt, lifetimeSec: given.lifetime })
    const isConfirmed = kept !== undefined && isSame(kept.token, given.token)
    const token = keptToken(given, obtainedAt, isConfirmed)
    // Written or not: it is a token that works.
    return remember(await store.keep(holder, token).catch(() => token))
  }

  /** The log and all instances hear of it. */
  async function tellFailure(failure: Fault, holder: string): Promise<void> {
    log.warn('token.failed', { reason: failure.code, ...failure.facts })
    // A lease that cannot be ended runs out.
    await store.fail(holder, failureOf(failure)).catch(() => undefined)
  }

  /** The old token, while it works and what failed may pass. */
  function orOld(failure: unknown, old: KeptToken | undefined, stale: Secret | undefined): Secret {
    if (!isUsable(old, stale) || !mayPass(failure)) throw failure
    log.warn('token.old', { worksForMs: old.worksUntil - clock() })
    return old.token
  }

  function remember(token: KeptToken): Secret {
    known = token
    return token.token
  }

  function isGood(kept: KeptToken, stale: Secret | undefined): boolean {
    if (!isFresh(kept)) return false
    if (stale === undefined || !isSame(kept.token, stale)) return true
    return kept.confirmedAt !== undefined && kept.confirmedAt + CONFIRMED > clock()
  }

  function isFresh({ freshUntil }: KeptToken): boolean {
    return freshUntil > clock()
  }

  function isUsable(kept: KeptToken | undefined, stale: Secret | undefined): kept is KeptToken {
    return kept !== undefined && kept.worksUntil > clock() && !(stale !== undefined && isSame(kept.token, stale))
  }

  function isLeased({ leasedUntil }: TokenRecord): boolean {
    return leasedUntil !== undefined && leasedUntil > clock()
  }

  function failureOf(failure: Fault): TokenFailure {
    const span = mayPass(failure) ? FAILED.passing : FAILED.lasting
    return { code: failure.code, facts: failure.facts, until: millis(clock() + span) }
  }

  /** 50 to 100 ms, later up to 0.5 s: a refresh takes a tenth of a second or two. */
  function pause(round: number): Millis {
    return millis(Math.min(50 * 2 ** round, 250) * (1 + random()))
  }
}

function keptToken({ token, lifetime }: GivenToken, obtainedAt: Millis, isConfirmed: boolean): KeptToken {
  const span = toMillis(lifetime)
  const freshFor = Math.max(span - OVERLAP, FRESH_AT_LEAST)
  return {
    token,
    obtainedAt,
    freshUntil: millis(obtainedAt + freshFor),
    worksUntil: millis(obtainedAt + Math.max(span, freshFor)),
    ...(isConfirmed ? { confirmedAt: obtainedAt } : {}),
  }
}

const isSame = (left: Secret, right: Secret): boolean => left.reveal() === right.reveal()

function mayPass(failure: unknown): boolean {
  if (isUnavailable(failure)) return true
  return failure instanceof Fault && PASSING.has(nextOf(failure))
}

const PASSING: ReadonlySet<string> = new Set(['again', 'in-a-minute', 'tomorrow'])

const faultOf = ({ code, facts }: TokenFailure): Fault =>
  code === 'WECHAT_REFUSED' ? refusedBy(facts) : new Fault(code, facts)
