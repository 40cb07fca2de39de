import { type Answer, SUCCESS } from '../wechat/answer.ts'
import {
  isDeliveryEvent,
  isExpressEvent,
  isMiniGameEvent,
  isPaymentEvent,
  type PushMessage,
} from '../wechat/message.ts'
import type { Action } from './action.ts'

/** Pure, so that every delivery of a push gets the same answer. */
export interface Decision {
  readonly answer: Answer
  /** In order. */
  readonly actions: readonly Action[]
}

/** What a user writes to be handed to a human agent. */
const HUMAN_AGENT = '人工'

export const decide = (message: PushMessage): Decision => ({ answer: answerTo(message), actions: [] })

function answerTo(message: PushMessage): Answer {
  if (message.kind === 'text') {
    return message.content.trim() === HUMAN_AGENT ? { kind: 'transfer_customer_service' } : SUCCESS
  }
  // The page that sends it shows what comes back, which proves the way there and back.
  if (message.kind === 'debug_demo') return { kind: 'content', members: { demo_resp: 'good luck' } }
  if (isPaymentEvent(message.kind)) return { kind: 'xpay', errCode: 0, errMsg: 'success' }
  if (isMiniGameEvent(message.kind)) return { kind: 'minigame', errCode: 0, errMsg: 'Success' }
  if (isExpressEvent(message.kind)) return { kind: 'express', ...NOT_HANDLED }
  if (isDeliveryEvent(message.kind)) return { kind: 'delivery', ...NOT_HANDLED }
  return SUCCESS
}

/** These events ask for a result that only the company's own rule can give; `success` would be read as done. */
const NOT_HANDLED = { resultCode: -1, resultMsg: 'not handled' } as const
