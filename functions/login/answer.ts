import { jsonAnswer } from '../../shared/http/json.ts'
import type { PlainResponse } from '../../shared/http/plain.ts'
import { Fault } from '../../shared/kernel/fault.ts'
import type { Log } from '../../shared/kernel/log.ts'

/** A UserSig is a password: nothing on the way keeps it. */
const unkept = (response: PlainResponse): PlainResponse => ({ ...response, headers: { 'cache-control': 'no-store' } })

export const answered = (says: object): PlainResponse => unkept(jsonAnswer(200, says))

/** What is wrong on our side is for our log; its hints name settings. */
const TRY_AGAIN =
  'The login failed on our side: call wx.login again in a few seconds. 登录暂时失败，请数秒后重新调用 wx.login 再试。'

/** A code, and what whoever writes the mini program has to do. */
export function refused(cause: unknown, log: Log): PlainResponse {
  if (!(cause instanceof Fault)) throw cause
  const { code, status, hint, zh } = cause
  const facts = { reason: code, ...cause.facts }
  const isOurs = status === 500
  if (isOurs) log.error('login.failed', { ...facts, hint, zh })
  else log.warn('login.refused', facts)
  return unkept(jsonAnswer(status, { code, message: isOurs ? TRY_AGAIN : `${hint} ${zh}` }))
}
