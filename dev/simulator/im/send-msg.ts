import type { Answer } from '../api/answer.ts'
import { isMembers, type Members } from '../api/call.ts'
import type { C2cSending, SentMessage } from './c2c.ts'
import { isUint32, type MessageElement } from './message.ts'
import { ImRefusal, ok, refuse, refused } from './rest-answer.ts'

interface SendWorld {
  readonly admin: string
  readonly isImported: (userId: string) => boolean
  readonly send: (sending: C2cSending) => Promise<SentMessage>
}

const FORBIDDING = { ForbidBeforeSendMsgCallback: 'before', ForbidAfterSendMsgCallback: 'after' } as const

/**
 * `POST /v4/openim/sendmsg`
 * @see https://cloud.tencent.com/document/product/269/2282
 */
export const sendMsg =
  ({ admin, isImported, send }: SendWorld) =>
  async (members: Members): Promise<Answer> => {
    const { To_Account: to, From_Account: from = admin, MsgRandom: random, MsgSeq: seq } = members
    if (typeof to !== 'string' || to === '') refuse(90003)
    if (typeof from !== 'string' || from === '') refuse(90008)
    if (!isUint32(random)) refuse(90005)
    if (seq !== undefined && !isUint32(seq)) refuse(90005, 'Invalid MsgSeq')
    if (!isImported(to)) refuse(90012)
    const { message, errorCode, errorInfo } = await send({
      from,
      to,
      random,
      seq,
      body: elementsOf(members),
      platform: 'RESTAPI',
      cloudCustomData: textOf(members, 'CloudCustomData'),
      isOnlineOnly: members.MsgLifeTime === 0,
      withoutCallbacks: forbidden(members),
    })
    if (errorCode !== 0) return refused(new ImRefusal(errorCode, errorInfo))
    return ok({ MsgTime: message.time, MsgKey: message.key, MsgId: message.id })
  }

/** @throws {ImRefusal} 90002 */
function elementsOf({ MsgBody: body }: Members): readonly MessageElement[] {
  if (!Array.isArray(body) || body.length === 0) return refuse(90002)
  return body.map((element: unknown) => {
    const { MsgType: type, MsgContent: content } = isMembers(element) ? element : refuse(90002)
    return typeof type === 'string' && isMembers(content) ? { MsgType: type, MsgContent: content } : refuse(90002)
  })
}

/** @throws {ImRefusal} 90001 */
function textOf(members: Members, name: string): string {
  const { [name]: text = '' } = members
  return typeof text === 'string' ? text : refuse(90001)
}

/** @throws {ImRefusal} 90001 */
function forbidden({ ForbidCallbackControl: control = [] }: Members): ReadonlyArray<'before' | 'after'> {
  if (!Array.isArray(control)) return refuse(90001)
  return control.map((one: unknown) => (isForbidding(one) ? FORBIDDING[one] : refuse(90001)))
}

const isForbidding = (value: unknown): value is keyof typeof FORBIDDING =>
  typeof value === 'string' && Object.hasOwn(FORBIDDING, value)
