import type { OpenId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { PushMessage } from '../wechat/message.ts'
import type { CustomerMessage, SubscribeMessage } from '../wechat/outgoing.ts'

/** What reaches the person who caused the push. */
export type Reply =
  | { readonly kind: 'send'; readonly message: CustomerMessage }
  /** Spends one permit of a one-time template. */
  | { readonly kind: 'subscribe'; readonly message: SubscribeMessage }

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

/**
 * A slow or asynchronous rule: an order system, an LLM. At most ten replies, 64 KB as JSON; when it throws, or returns anything else,
 * it is tried again.
 */
export type Handler = (context: HandlerContext) => Promise<readonly Reply[]>

type Kind = PushMessage['kind']
type Of<K extends Kind> = Extract<PushMessage, { kind: K }>

/**
 * A handler of pushes of one kind, whose members it then knows. A rule that calls it for another kind is seen to fail: goods that
 * nobody delivers must not look delivered.
 */
export const handles =
  <K extends Kind>(
    kind: K,
    handle: (context: HandlerContext & { readonly message: Of<K> }) => Promise<readonly Reply[]>,
  ): Handler =>
  async (context) => {
    const { message } = context
    if (!isOf(message, kind)) throw new TypeError(`this handler is for ${kind} and was called for ${message.kind}`)
    return handle({ ...context, message })
  }

const isOf = <K extends Kind>(message: PushMessage, kind: K): message is Of<K> => message.kind === kind
