import { type Answer, SUCCESS } from '../wechat/answer.ts'
import type { PushMessage } from '../wechat/message.ts'

/** Pure, so that every delivery of a push gets the same answer. */
export interface Decision {
  readonly answer: Answer
}

/** What a user writes to be handed to a human agent. */
const HUMAN_AGENT = '人工'

export function decide(message: PushMessage): Decision {
  switch (message.kind) {
    case 'text':
      return { answer: message.content.trim() === HUMAN_AGENT ? { kind: 'transfer_customer_service' } : SUCCESS }
    default:
      return { answer: SUCCESS }
  }
}
