import { failureQueue } from '../failure-queue.ts'

/** Makes the next `times` calls of a path fail; `*` is any path, 0 takes back what was asked for the path before. */
export interface CloudFailure {
  /** `customerServiceMessage.send` of an API, `insertDocument` of the database. */
  readonly path: string
  readonly times: number
  /** WeChat's own refusal; of an API only. */
  readonly errcode?: number
  /** The gateway's refusal of a cloud call, such as -604101 without a permission; of an API only. */
  readonly systemError?: number
  /** The gateway's JSON error. */
  readonly gatewayError?: { readonly code: string; readonly message: string }
  /** An answer with this status and nothing in it. */
  readonly status?: number
  /** No answer, until the caller goes. */
  readonly hang?: boolean
  /** Status 200 with nothing in it: the SDK takes it for a success. */
  readonly emptyBody?: boolean
  /** Status 200 with bytes that nobody can read. */
  readonly garbage?: boolean
  /** The connection is cut. */
  readonly reset?: boolean
  /** The answer, or the failure, comes so much later, by real time. */
  readonly delayMs?: number
  /** The call has its effect and then its answer is spoiled; otherwise what fails has none. */
  readonly afterEffect?: boolean
}

const OUTCOMES = ['errcode', 'systemError', 'gatewayError', 'status', 'hang', 'emptyBody', 'garbage', 'reset'] as const
const PATH = /^(?:\*|[a-z][\w.]*)$/i

/** The failures that are still to come, in the order in which they were asked for. */
export const cloudFailures = () => failureQueue(checkFailure)

/** It says how the call ends, and not only when. */
export const spoils = (failure: CloudFailure): boolean =>
  OUTCOMES.some((name) => failure[name] !== undefined && failure[name] !== false)

function checkFailure(failure: CloudFailure): void {
  if (!PATH.test(failure.path)) throw new TypeError('path is the name of an API or of an action, or *')
  if (!Number.isInteger(failure.times) || failure.times < 0) throw new TypeError('times is a whole number from 0')
  const outcomes = OUTCOMES.filter((name) => failure[name] !== undefined && failure[name] !== false)
  if (outcomes.length > 1) throw new TypeError(`a failure is one of ${outcomes.join(' and ')}`)
  if (outcomes.length === 0 && failure.delayMs === undefined && failure.times > 0) {
    throw new TypeError(`a failure needs ${OUTCOMES.join(', ')} or delayMs`)
  }
}
