import { isIP } from 'node:net'
import { Fault, type FaultFacts } from '../kernel/fault.ts'
import { CLOUD } from './errcodes/cloud.ts'
import { COMMON } from './errcodes/common.ts'
import { type Meaning, meaning, type Next } from './errcodes/meaning.ts'
import { CLOSES_WINDOW, DENIES_PERMIT, MESSAGE } from './errcodes/message.ts'
import { TEMPLATE } from './errcodes/template.ts'

export type { Next } from './errcodes/meaning.ts'

/** By errcode: a row says what it means and what is to be done. */
export const ERRCODES: Readonly<Record<number, Meaning>> = { ...COMMON, ...MESSAGE, ...TEMPLATE, ...CLOUD }

const UNKNOWN = meaning(
  'unknown',
  'again',
  'An errcode that is not in our table; look it up in WeChat’s documentation.',
  '未收录的 errcode，请查微信文档。',
)

export const meaningOf = (errcode: number): Meaning => ERRCODES[errcode] ?? UNKNOWN

/** The call that asks for a token: what refuses it is no matter of an old token. */
export const TOKEN_CALL = 'POST /cgi-bin/stable_token'

/**
 * What a call's failure asks for. `refresh` is left when a new token was refused as well: it may pass, like `again`.
 * @throws the failure itself when it is not of WeChat's API
 */
export function nextOf(failure: unknown): Next {
  if (!(failure instanceof Fault)) throw failure
  switch (failure.code) {
    case 'WECHAT_REFUSED': {
      const { next } = meaningOf(Number(failure.facts.errcode))
      return next === 'refresh' && failure.facts.call === TOKEN_CALL ? 'configure' : next
    }
    case 'WECHAT_UNREACHABLE':
    case 'WECHAT_UNREADABLE':
    case 'PICTURE_UNREACHABLE':
      return 'again'
    case 'PICTURE_UNUSABLE':
      return 'mend'
    default:
      throw failure
  }
}

/** WECHAT_REFUSED for an answer; of its `errmsg`, which may quote the request, only what has a strict form is taken. */
export function refusal(call: string, errcode: number, errmsg: string): Fault {
  const ip = addressIn(errmsg)
  const field = /\bdata\.([a-z_]{1,30}\d{1,3})\b/.exec(errmsg)?.[1]
  const rid = /\brid: ([\da-f]{8}-[\da-f]{8}-[\da-f]{8})(?![\w-])/.exec(errmsg)?.[1]
  return refusedBy({ call, errcode, meaning: meaningOf(errcode).name, ...present({ ip, field, rid }) })
}

/** The same from the facts of an earlier refusal. */
export const refusedBy = (facts: FaultFacts): Fault => new Fault('WECHAT_REFUSED', facts, adviceOn(facts))

/** What to do about a refusal with these facts. */
export function adviceOn({ errcode, ip }: FaultFacts): Pick<Meaning, 'hint' | 'zh'> {
  const { hint, zh } = meaningOf(Number(errcode))
  return {
    hint: hint.replace('{ip}', `${ip ?? 'the address of our way out'}`),
    zh: zh.replace('{ip}', `${ip ?? '本服务的出口地址'}`),
  }
}

/** `invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist`: the first address that is one. */
function addressIn(errmsg: string): string | undefined {
  const named = /\bip ([\da-fA-F.:]{2,45})(?![\w.:])/.exec(errmsg)?.[1]
  return named !== undefined && isIP(named) !== 0 ? named : undefined
}

const present = (facts: Readonly<Record<string, string | undefined>>): FaultFacts =>
  Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  )

export const closesWindow = (errcode: number | undefined): boolean =>
  errcode !== undefined && CLOSES_WINDOW.includes(errcode)

export const deniesPermit = (errcode: number | undefined): boolean =>
  errcode !== undefined && DENIES_PERMIT.includes(errcode)

/**
 * Failures before a request has left us, or with an answer that says no. 502 and 504 say that somebody on the way has waited in
 * vain for WeChat, and 500 says nothing.
 */
const SURELY_NOT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|status (?:429|503)|lease|deadline)$/

/** A call that was neither refused nor cut before it got there: what it asked for may have happened. */
export function mayHaveArrived(failure: unknown): boolean {
  if (!(failure instanceof Fault) || failure.facts.call === TOKEN_CALL) return false
  if (failure.code === 'WECHAT_UNREADABLE') return !isTurnedAway(Number(failure.facts.status))
  return failure.code === 'WECHAT_UNREACHABLE' && !SURELY_NOT.test(String(failure.facts.because))
}

/** Somebody on the way has sent the call elsewhere or let it in nowhere: WeChat itself says 200. */
const isTurnedAway = (status: number): boolean => status >= 300 && status <= 499
