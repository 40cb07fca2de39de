import { parsedMembers } from '../api/call.ts'
import type { HttpAnswer, Unanswered } from '../exchange.ts'

/** What IM makes of an answer to a callback. */
export type CallbackVerdict =
  /** Handled; before a message this lets it pass, with what the answer puts in its place. */
  | { readonly kind: 'taken'; readonly rewritten: Rewritten }
  /** The sender gets the code. */
  | { readonly kind: 'refused'; readonly errorCode: number; readonly errorInfo: string }
  /** The message goes nowhere, and its sender sees success. */
  | { readonly kind: 'dropped' }
  /** The callback failed: a message passes as though none were set. */
  | { readonly kind: 'failed'; readonly because: string }
  | Unanswered

interface Rewritten {
  readonly body?: readonly unknown[]
  readonly cloudCustomData?: string
}

interface CallbackAnswer extends Rewritten {
  readonly errorCode: number
  readonly errorInfo: string
}

type Judge = (answer: HttpAnswer) => CallbackVerdict

/** After an event the content is ignored, as long as it can be read. */
const afterEvent: Judge = (answer) => judged(answer, () => ({ kind: 'taken', rewritten: {} }))

interface Refusals {
  /** What 1 becomes. */
  readonly code: number
  /** Codes that reach the sender unchanged. */
  readonly least: number
  readonly most: number
}

/** Before a message the answer's code decides. What no page explains counts as a failure. */
const beforeMessage =
  ({ code, least, most }: Refusals): Judge =>
  (answer) =>
    judged(answer, ({ errorCode, errorInfo, ...rewritten }) => {
      if (errorCode === 0) return { kind: 'taken', rewritten }
      if (errorCode === 1) return { kind: 'refused', errorCode: code, errorInfo }
      if (errorCode === 2) return { kind: 'dropped' }
      if (errorCode >= least && errorCode <= most) return { kind: 'refused', errorCode, errorInfo }
      return { kind: 'failed', because: `ErrorCode ${errorCode}` }
    })

const BEFORE: Readonly<Record<string, Judge>> = {
  'C2C.CallbackBeforeSendMsg': beforeMessage({ code: 20006, least: 120_001, most: 130_000 }),
  'Group.CallbackBeforeSendMsg': beforeMessage({ code: 10016, least: 10_100, most: 10_200 }),
}

/** Whether a message waits for the answer. */
export const isBefore = (command: string): boolean => Object.hasOwn(BEFORE, command)

export const judgeOf = (command: string): Judge => (isBefore(command) ? BEFORE[command] : undefined) ?? afterEvent

function judged({ status, body }: HttpAnswer, decide: (answer: CallbackAnswer) => CallbackVerdict): CallbackVerdict {
  if (status !== 200) return { kind: 'failed', because: `HTTP ${status}` }
  const answer = readAnswer(body)
  return typeof answer === 'string' ? { kind: 'failed', because: answer } : decide(answer)
}

/** The answer, or what is wrong with it. */
function readAnswer(text: string): CallbackAnswer | string {
  const members = parsedMembers(Buffer.from(text))
  if (members === undefined) return 'the answer is no JSON object'
  const { ActionStatus: status, ErrorCode: errorCode, ErrorInfo: errorInfo } = members
  if (status !== 'OK' && status !== 'FAIL') return 'ActionStatus is neither OK nor FAIL'
  if (typeof errorCode !== 'number' || !Number.isInteger(errorCode)) return 'ErrorCode is no whole number'
  if (typeof errorInfo !== 'string') return 'ErrorInfo is no text'
  const { MsgBody: body, CloudCustomData: cloudCustomData } = members
  if (body !== undefined && !(Array.isArray(body) && body.length > 0)) return 'MsgBody is no list of elements'
  if (cloudCustomData !== undefined && typeof cloudCustomData !== 'string') return 'CloudCustomData is no text'
  return {
    errorCode,
    errorInfo,
    ...(body === undefined ? {} : { body }),
    ...(cloudCustomData === undefined ? {} : { cloudCustomData }),
  }
}
