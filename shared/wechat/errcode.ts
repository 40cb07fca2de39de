import { Fault } from '../kernel/fault.ts'

/** What is to be done about an errcode. */
export type Next =
  /** It may pass: with back-off. */
  | 'again'
  /** A quota of the minute. */
  | 'in-a-minute'
  /** A quota of the day. */
  | 'tomorrow'
  /** The token is not valid: once with a new one. */
  | 'refresh'
  /** Somebody has to change something in WeChat's console or in the settings; then it passes. */
  | 'configure'
  /** A normal outcome that no repetition changes. */
  | 'end'
  /** Our request is wrong: it stays until the rule is mended. */
  | 'mend'

interface Meaning {
  /** In kebab-case, for logs and outcomes. */
  readonly name: string
  readonly next: Next
  readonly hint: string
  readonly zh: string
}

const ERRCODES: Readonly<Record<number, Meaning>> = {}

const UNKNOWN: Meaning = {
  name: 'unknown',
  next: 'again',
  hint: 'An errcode that is not in our table; look it up in WeChat’s documentation.',
  zh: '未收录的 errcode，请查微信文档。',
}

export const meaningOf = (errcode: number): Meaning => ERRCODES[errcode] ?? UNKNOWN

/**
 * What a call's failure asks for.
 * @throws the failure itself when it is not of WeChat's API
 */
export function nextOf(failure: unknown): Next {
  if (failure instanceof Fault) {
    if (failure.code === 'WECHAT_REFUSED') return meaningOf(Number(failure.facts.errcode)).next
    if (failure.code === 'WECHAT_UNREACHABLE' || failure.code === 'WECHAT_UNREADABLE') return 'again'
  }
  throw failure
}

/** WeChat says that the window is over or used up. */
export const closesWindow = (errcode: number | undefined): boolean => errcode === 45015 || errcode === 45047

/** WeChat says that the person allows no message of this template. */
export const deniesPermit = (errcode: number | undefined): boolean => errcode === 43101

/** A call that was not refused, and not cut before it got there: what it asked for may have happened. */
export function mayHaveArrived(failure: unknown): boolean {
  if (!(failure instanceof Fault) || failure.code === 'WECHAT_REFUSED') return false
  return !/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|status )/.test(
    String(failure.facts.because),
  )
}
