import { assertNever } from '../kernel/never.ts'
import type { Seconds } from '../kernel/time.ts'
import { sealEnvelope } from './envelope.ts'
import type { Push, Seal } from './receive.ts'
import { signatureOf } from './signature.ts'
import { type Format, scalarOf, type WireDraft, writeWire } from './wire.ts'

/** All that WeChat understands as the answer to a push; a mini program cannot answer with a message to the user. */
export type Answer =
  /** Seven bytes, in clear even when the push was sealed. */
  | { readonly kind: 'success' }
  /** Hands the user's message to the human agents; not for events. */
  | { readonly kind: 'transfer_customer_service' }
  /** To `xpay_*`: anything but 0 is pushed again, up to 15 times. */
  | { readonly kind: 'xpay'; readonly errCode: number; readonly errMsg: string }
  /** To a mini game's payment: in clear, even when the push was sealed. */
  | { readonly kind: 'minigame'; readonly errCode: number; readonly errMsg: string }
  /** To a courier company's event: `members` are what its event asks for. */
  | { readonly kind: 'express'; readonly resultCode: number; readonly resultMsg: string; readonly members?: WireDraft }
  /** To an instant-delivery company's event. */
  | { readonly kind: 'delivery'; readonly resultCode: number; readonly resultMsg: string; readonly members?: WireDraft }
  /** Content of its own: WeChat's debug page, the iOS refund inquiry. */
  | { readonly kind: 'content'; readonly members: WireDraft }

export const SUCCESS: Answer = { kind: 'success' }

export interface WrittenAnswer {
  readonly contentType: string
  readonly body: string
}

/** What sealing takes from the world. */
export interface AnswerWorld {
  readonly now: Seconds
  /** The 16 bytes before the text in the envelope. */
  readonly random: () => Uint8Array
}

const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  json: 'application/json; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
}

/** In the push's format; sealed with what opened the push, save for the answers that WeChat wants in clear. */
export function writeAnswer(answer: Answer, push: Push, world: AnswerWorld): WrittenAnswer {
  const draft = draftOf(answer, push)
  if (draft === undefined) return { contentType: 'text/plain; charset=utf-8', body: 'success' }
  const text = writeWire(push.format, draft)
  const inClear = push.seal === undefined || answer.kind === 'minigame'
  const body = inClear ? text : writeWire(push.format, sealed(text, push.seal, push.nonce, world))
  return { contentType: CONTENT_TYPES[push.format], body }
}

function draftOf(answer: Answer, push: Push): WireDraft | undefined {
  switch (answer.kind) {
    case 'success':
      return undefined
    case 'transfer_customer_service':
      return { ...returned(push), MsgType: 'transfer_customer_service' }
    case 'xpay':
    case 'minigame':
      return { ErrCode: answer.errCode, ErrMsg: answer.errMsg }
    case 'express':
      return { ...echoed(push), ResultCode: answer.resultCode, ResultMsg: answer.resultMsg, ...answer.members }
    case 'delivery':
      return { ...echoed(push), resultcode: answer.resultCode, resultmsg: answer.resultMsg, ...answer.members }
    case 'content':
      return answer.members
    default:
      return assertNever(answer)
  }
}

/** Sender and receiver swapped; the push's own time, so that every delivery of it gets the same answer. */
const returned = ({ message, signedAt }: Push): WireDraft => ({
  ToUserName: message.fromUserName,
  FromUserName: message.toUserName,
  CreateTime: message.createTime ?? signedAt,
})

const echoed = (push: Push): WireDraft => ({ ...returned(push), MsgType: 'event', Event: scalarOf(push.fields.Event) })

/** Signed with the answer's own time; `TimeStamp` is a number and `Nonce` text, as in WeChat's example. */
function sealed(text: string, { token, key, appId }: Seal, nonce: string, { now, random }: AnswerWorld): WireDraft {
  const encrypt = sealEnvelope(text, key, appId, random())
  const msgSignature = signatureOf(token, { timestamp: String(now), nonce, encrypt })
  return { Encrypt: encrypt, MsgSignature: msgSignature, TimeStamp: now, Nonce: nonce }
}
