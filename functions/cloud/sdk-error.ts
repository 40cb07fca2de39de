import { Fault } from '../../shared/kernel/fault.ts'
import { refusal } from '../../shared/wechat/errcode.ts'

/** What the SDK throws is told by its number alone: the class has another name in every bundle. */
export const errCodeOf = (cause: unknown): number | undefined =>
  typeof cause === 'object' && cause !== null && 'errCode' in cause && typeof cause.errCode === 'number'
    ? cause.errCode
    : undefined

/** May quote the request and the gateway's URL: for finding words in, never to be told. */
export const wordsOf = (cause: unknown): string =>
  typeof cause === 'object' && cause !== null
    ? ['code', 'errMsg', 'message'].map((name) => String(Reflect.get(cause, name) ?? '')).join(' ')
    : String(cause)

/** One number for all that happens on the way. */
const ON_THE_WAY = -501001
/** The cloud, or WeChat behind it, took too long. */
const LATE = [-501002, -604102]
const UNREADABLE = -601001
/** The database did not do it, for whatever reason. */
export const REQUEST_FAILED = -502001

/** What the failure of a call by `cloud.openapi` means. */
export function openApiFault(call: string, cause: unknown): Fault {
  const errCode = errCodeOf(cause)
  if (errCode === UNREADABLE) return new Fault('WECHAT_UNREADABLE', { call, errcode: errCode }, { cause })
  if (errCode !== undefined && LATE.includes(errCode)) {
    return new Fault('WECHAT_UNREACHABLE', { call, because: 'timeout' }, { cause })
  }
  if (errCode === undefined || errCode === ON_THE_WAY) {
    return new Fault('WECHAT_UNREACHABLE', { call, because: becauseOf(wordsOf(cause)) }, { cause })
  }
  return refusal(call, errCode, wordsOf(cause))
}

/** The words of SDK 4 and those of 2 and 3. */
function becauseOf(message: string): string {
  if (/time[d ]?-?out/i.test(message)) return 'timeout'
  return (
    /\b(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EPIPE|EHOSTUNREACH|ENETUNREACH)\b/.exec(message)?.[0] ?? 'gateway'
  )
}

/** A database that did not answer this time; one that is not there, or not ours, says so with another number. */
export const mayPass = (cause: unknown): boolean =>
  cause instanceof Fault && [ON_THE_WAY, ...LATE].includes(Number(cause.facts.errcode))

/** Quotas, too many at once, a request that failed, a permission that somebody takes away and gives. */
const REFUSALS = [-501003, -501004, REQUEST_FAILED, -502003]

/** A database that there is, so that what it does not take now it may take when it is sent again. */
export const mayComeBack = (cause: unknown): boolean =>
  mayPass(cause) || (cause instanceof Fault && REFUSALS.includes(Number(cause.facts.errcode)))
