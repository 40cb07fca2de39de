import { Fault } from '../kernel/fault.ts'
import { meaningOf, type Next, nextOf } from '../wechat/errcode.ts'

/** Why a step did not succeed, in words that are safe to log and to keep. */
export interface Failure {
  readonly next: Next
  readonly reason: string
  readonly errcode?: number
}

/** @throws what is not WeChat's failure, as when the table is unavailable */
export function failureOf(cause: unknown): Failure {
  const next = nextOf(cause)
  if (!(cause instanceof Fault)) throw cause
  const { errcode } = cause.facts
  if (errcode === undefined) return { next, reason: cause.code }
  return { next, reason: meaningOf(Number(errcode)).name, errcode: Number(errcode) }
}

/** A handler's own error: what it says may hold what the user wrote. */
export const handlerFailure = (): Failure => ({ next: 'again', reason: 'HANDLER_FAILED' })
