import type { Answer } from '../api/answer.ts'

/** IM's words for its codes: what goes wrong before a command is at work. */
const ERROR_INFOS: Readonly<Record<number, string>> = {
  60002: 'HTTP parse error',
  60006: 'invalid sdkappid',
  60007: 'request frequency limit',
  60009: 'request resource error, check the request URL',
  60012: 'sdkappid is required',
  70001: 'usersig expired',
  70003: 'usersig is illegal',
  70009: 'usersig check failed',
  70013: 'usersig identifier not match',
  70014: 'usersig sdkappid not match',
  70050: 'usersig check failed too many times, retry later',
  90001: 'Fail to Parse json data of body, Please check it',
  90002: 'Invalid MsgBody',
  90003: 'Invalid format of To_Account',
  90005: 'Invalid MsgRandom',
  90008: 'Invalid format of From_Account',
  90009: 'requset identity is not manager',
  90011: 'too many To_Account',
  90012: 'To_Account not exist',
}

/** Ends a call with an ErrorCode. */
export class ImRefusal extends Error {
  override readonly name = 'ImRefusal'
  readonly errorCode: number

  constructor(errorCode: number, errorInfo: string = ERROR_INFOS[errorCode] ?? 'internal error') {
    super(errorInfo)
    this.errorCode = errorCode
  }
}

/** @throws {ImRefusal} */
export function refuse(errorCode: number, errorInfo?: string): never {
  throw new ImRefusal(errorCode, errorInfo)
}

type Members = Readonly<Record<string, unknown>>

/** Whatever becomes of a call, the status is 200. */
const json = (says: Members): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(says),
  says,
})

export const ok = (members: Members = {}): Answer =>
  json({ ActionStatus: 'OK', ErrorInfo: '', ErrorCode: 0, ...members })

export const refused = ({ errorCode, message }: ImRefusal): Answer =>
  json({ ActionStatus: 'FAIL', ErrorInfo: message, ErrorCode: errorCode })
