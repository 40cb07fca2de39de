import type { Action } from '../reply/action.ts'
import type { Reply } from '../reply/handler.ts'
import { textParts } from '../wechat/text-parts.ts'

/** What is done outside our table, one after the other. */
export type Step = Reply | Extract<Action, { readonly kind: 'run' }>

/** The outside part of a decision; a text too long for one message becomes several. */
export const stepsOf = (actions: readonly Action[]): readonly Step[] =>
  actions.flatMap((action): readonly Step[] => {
    if (action.kind === 'send' && action.message.kind === 'text') {
      // WeChat refuses a message of blanks alone.
      const parts = textParts(action.message.content).filter((part) => part.trim() !== '')
      return parts.map((content) => ({ kind: 'send', message: { kind: 'text', content } }))
    }
    return action.kind === 'send' || action.kind === 'subscribe' || action.kind === 'run' ? [action] : []
  })

/** A step that is over, with what came of it in its place. */
export const withReplies = (plan: readonly Step[], step: number, replies: readonly Reply[]): readonly Step[] => [
  ...plan.slice(0, step + 1),
  ...stepsOf(replies),
  ...plan.slice(step + 1),
]
