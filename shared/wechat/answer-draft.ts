import { assertNever } from '../kernel/never.ts'
import type { Push } from './receive.ts'
import { scalarOf, type WireDraft } from './wire.ts'

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

/** As much of a push as its answer repeats. */
type Answered = Pick<Push, 'message' | 'signedAt' | 'fields'>

/** What the answer says of itself; `undefined` is the bare word `success`. */
export function draftOf(answer: Answer, push: Answered): WireDraft | undefined {
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
const returned = ({ message, signedAt }: Answered): WireDraft => ({
  ToUserName: message.fromUserName,
  FromUserName: message.toUserName,
  CreateTime: message.createTime ?? signedAt,
})

const echoed = (push: Answered): WireDraft => ({
  ...returned(push),
  MsgType: 'event',
  Event: scalarOf(push.fields.Event),
})
