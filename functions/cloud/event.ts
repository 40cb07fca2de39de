import { sha256 } from '../../shared/kernel/bytes.ts'
import { Fault } from '../../shared/kernel/fault.ts'
import { dedupKeyOf } from '../../shared/wechat/dedup.ts'
import { type PushMessage, readMessage } from '../../shared/wechat/message.ts'
import { MAX_BODY_BYTES, readPushText } from '../../shared/wechat/receive.ts'
import { scalarOf, type WireTree } from '../../shared/wechat/wire.ts'

/** A push as the platform hands it on: WeChat's JSON, decoded, without signature and encryption. */
export interface CloudPush {
  readonly text: string
  readonly fields: WireTree
  readonly message: PushMessage
  readonly dedupKey: string
}

/** What the timer of config.json hands on. */
export const isTimer = (event: unknown): boolean =>
  memberOf(event, 'Type') === 'Timer' && memberOf(event, 'MsgType') === undefined

/** Calls of a mini program's have it beside their own members. */
const INJECTED = ['userInfo', 'tcbContext']

/** @throws {Fault} BODY_UNREADABLE: no push, or one that is too deep; BODY_TOO_LARGE */
export function readEvent(event: unknown): CloudPush {
  const isPush = typeof memberOf(event, 'MsgType') === 'string' && typeof memberOf(event, 'FromUserName') === 'string'
  if (!isPush) throw new Fault('BODY_UNREADABLE', { because: 'event' })
  const text = textOf(event)
  const bytes = Buffer.byteLength(text)
  if (bytes > MAX_BODY_BYTES) throw new Fault('BODY_TOO_LARGE', { bytes })
  const { fields } = readPushText(text)
  return { text, fields, message: readMessage(fields), dedupKey: keyOf(event, fields) }
}

function textOf(event: unknown): string {
  const said = Object.entries(event as object).filter(([name]) => !INJECTED.includes(name))
  try {
    return JSON.stringify(Object.fromEntries(said))
  } catch (cause) {
    throw new Fault('BODY_UNREADABLE', { because: 'depth' }, { cause })
  }
}

const memberOf = (event: unknown, name: string): unknown =>
  typeof event === 'object' && event !== null && Object.hasOwn(event, name) ? Reflect.get(event, name) : undefined

/** Here a MsgId is text of any form. One that came as a number beyond 2^53 has lost digits and tells nothing. */
function keyOf(event: unknown, fields: WireTree): string {
  const msgId = memberOf(event, 'MsgId')
  const isEvent = scalarOf(fields.MsgType).toLowerCase() === 'event'
  const isWhole = typeof msgId === 'string' ? msgId !== '' : Number.isSafeInteger(msgId)
  if (isEvent) return dedupKeyOf(fields)
  return isWhole ? `msg-${sha256(String(msgId))}` : dedupKeyOf({ ...fields, MsgId: `about ${scalarOf(fields.MsgId)}` })
}
