import type { MsgId, OpenId, TemplateId } from '../kernel/ids.ts'
import { type Millis, millis, type Seconds } from '../kernel/time.ts'
import type { CustomerMessage } from '../wechat/outgoing.ts'
import type { Reply } from './handler.ts'
import type { HandlerName } from './handlers.ts'

/** The longest that a handler may take: process ends before Lambda ends it. */
export const LONGEST_RUN = millis(120_000)

/** What is done about a push after it was answered. */
export type Action =
  | Reply
  | {
      readonly kind: 'run'
      readonly handler: HandlerName
      /** How long it may take; the user sees that we type meanwhile. */
      readonly deadline: Millis
      /** How often it is tried; then the person gets `otherwise`, or without it the push is failed. */
      readonly tries: number
      readonly otherwise?: CustomerMessage
    }
  /** The person may be written to: 5 messages in 48 h after a message, 2 in a minute after entering. */
  | { readonly kind: 'window'; readonly opened: 'message' | 'enter' }
  | { readonly kind: 'permit'; readonly templateId: TemplateId; readonly change: PermitChange }
  /** All that is kept about the person. */
  | { readonly kind: 'erase'; readonly openId: OpenId }

/** `at` is WeChat's time of the event, so that the order of arrival does not matter. */
export type PermitChange =
  | { readonly kind: 'accept' | 'clear'; readonly at: Seconds }
  | { readonly kind: 'sent'; readonly at: Seconds; readonly msgId: MsgId }
