import { Fault } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import { meaningOf, type Next, nextOf } from './errcode.ts'

/** Why a step did not succeed, in words that are safe to log and to keep. */
export interface Failure {
  readonly next: Next
  readonly reason: string
  readonly errcode?: number
}

/** @throws {Fault} TABLE_UNAVAILABLE: nothing can be noted then, and the stream tries again */
export function failureOf(cause: unknown): Failure {
  if (!(cause instanceof Fault)) return BUG
  if (cause.code === 'TABLE_UNAVAILABLE') throw cause
  const { errcode } = cause.facts
  if (errcode === undefined) return { next: nextOf(cause), reason: cause.code }
  return { next: nextOf(cause), reason: meaningOf(Number(errcode)).name, errcode: Number(errcode) }
}

/** Ours, or of what a handler replied. It is tried again as what may pass is, and not for ever. */
const BUG: Failure = { next: 'again', reason: 'BUG' }

/** Whoever did it died each time. */
export const KILLED: Failure = { next: 'mend', reason: 'KILLED' }

/** More than the table can keep until it is sent. */
export const TOO_LARGE: Failure = { next: 'mend', reason: 'TOO_LARGE' }

/** A handler's own error: what it says may hold what the user wrote. */
export const HANDLER_FAILED: Failure = { next: 'again', reason: 'HANDLER_FAILED' }

const EVENTS: Readonly<Record<string, string>> = {
  WECHAT_REFUSED: 'wechat.refused',
  WECHAT_UNREACHABLE: 'wechat.unreachable',
  WECHAT_UNREADABLE: 'wechat.unreadable',
}

/** A call that failed; what only somebody can mend, the log says how: for 40164 with the address to allow. */
export function logFailure(log: Log, failure: Fault): void {
  const advice = nextOf(failure) === 'configure' ? { hint: failure.hint, zh: failure.zh } : {}
  log.warn(EVENTS[failure.code] ?? 'wechat.failed', { ...failure.facts, ...advice })
}
