import { seconds } from '../kernel/time.ts'
import { type Answer, SUCCESS } from '../wechat/answer-draft.ts'
import {
  isDeliveryEvent,
  isExpressEvent,
  isMiniGameEvent,
  isPaymentEvent,
  type PushMessage,
} from '../wechat/message.ts'
import type { Push } from '../wechat/receive.ts'
import type { Action } from './action.ts'
import { matcherOf } from './keywords.ts'
import { entriesOf } from './ledger.ts'
import { send } from './messages.ts'
import { listOf, type RuleTable, type Step, type Transfer } from './rule.ts'
import { RULES } from './rules.ts'

/** Pure, so that every delivery of a push gets the same answer. */
export interface Decision {
  readonly answer: Answer
  /** In order: first what is kept about the person, then what the rules say. */
  readonly actions: readonly Action[]
}

/** When a push was signed stands in for the event's own time, which WeChat may leave out. */
type Signed = Pick<Push, 'signedAt'>

/** Whoever asks for the answer alone need not know; an event without any time is older than all others. */
const UNDATED: Signed = { signedAt: seconds(0) }

/** What is decided by a table of rules. */
export function deciderOf(table: RuleTable): (message: PushMessage, push?: Signed) => Decision {
  const stepsFor = stepsOf(table)
  return (message, { signedAt } = UNDATED) => {
    const steps = stepsFor(message)
    return {
      answer: steps.some(isTransfer) ? { kind: 'transfer_customer_service' } : answerTo(message),
      actions: [...entriesOf(message, message.createTime ?? signedAt), ...steps.flatMap(actionsOf)],
    }
  }
}

/** What is decided by the rules of `rules.ts`: `decide(push.message, push)`. */
export const decide = deciderOf(RULES)

type Steps = readonly (Step | Transfer)[]

function stepsOf({ welcome, keywords, otherwise, events }: RuleTable): (message: PushMessage) => Steps {
  const ruleFor = matcherOf(keywords)
  return (message) => {
    switch (message.kind) {
      case 'user_enter_tempsession':
        return listOf<Step>(welcome)
      case 'text':
        return listOf(ruleFor(message.content)?.reply ?? otherwise.text)
      case 'image':
      case 'miniprogrampage':
        return listOf(otherwise[message.kind])
      default:
        return listOf(events[message.kind] ?? [])
    }
  }
}

const isTransfer = (step: Step | Transfer): step is Transfer => typeof step !== 'string' && step.kind === 'transfer'

function actionsOf(step: Step | Transfer): readonly Action[] {
  if (isTransfer(step)) return []
  return [typeof step !== 'string' && step.kind === 'run' ? step : send(step)]
}

function answerTo({ kind }: PushMessage): Answer {
  // The page that sends it shows what comes back, which proves the way there and back.
  if (kind === 'debug_demo') return { kind: 'content', members: { demo_resp: 'good luck' } }
  if (isPaymentEvent(kind)) return { kind: 'xpay', errCode: 0, errMsg: 'success' }
  if (isMiniGameEvent(kind)) return { kind: 'minigame', errCode: 0, errMsg: 'Success' }
  if (isExpressEvent(kind)) return { kind: 'express', ...NOT_HANDLED }
  if (isDeliveryEvent(kind)) return { kind: 'delivery', ...NOT_HANDLED }
  return SUCCESS
}

/** These events ask for a result that only the company's own rule can give; `success` would be read as done. */
const NOT_HANDLED = { resultCode: -1, resultMsg: 'not handled' } as const
