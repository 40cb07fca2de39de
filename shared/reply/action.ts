import type { MsgId, OpenId, TemplateId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { Millis, Seconds } from '../kernel/time.ts'
import type { PushMessage } from '../wechat/message.ts'
import type { CustomerMessage, SubscribeMessage } from '../wechat/outgoing.ts'

/** What reaches the person who caused the push. */
export type Reply =
  | { readonly kind: 'send'; readonly message: CustomerMessage }
  /** Spends one permit of a one-time template. */
  | { readonly kind: 'subscribe'; readonly message: SubscribeMessage }

/** What is done about a push after it was answered. */
export type Action =
  | Reply
  | {
      readonly kind: 'run'
      /** Its name in `HANDLERS`. */
      readonly handler: string
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

/** What a handler is given. */
export interface HandlerContext {
  readonly message: PushMessage
  readonly openId: OpenId
  /** The same for every try of the same push: hand it on to whatever must not happen twice. */
  readonly idempotencyKey: string
  /** Aborts at the deadline: hand it on to `fetch`. */
  readonly signal: AbortSignal
  readonly log: Log
}

/** A slow or asynchronous rule: an order system, an LLM. What it throws is tried again. */
export type Handler = (context: HandlerContext) => Promise<readonly Reply[]>
