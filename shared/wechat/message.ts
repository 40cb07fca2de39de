import type { OpenId } from '../kernel/ids.ts'
import { ACCOUNT_EVENTS } from './catalogue/account.ts'
import { AUDIT_EVENTS } from './catalogue/audit.ts'
import { COMPLIANCE_EVENTS } from './catalogue/compliance.ts'
import { CUSTOMER_SERVICE_EVENTS, CUSTOMER_SERVICE_MESSAGES } from './catalogue/customer-service.ts'
import { DELIVERY_EVENTS } from './catalogue/delivery.ts'
import { EXPRESS_EVENTS } from './catalogue/express.ts'
import { LIVE_EVENTS } from './catalogue/live.ts'
import { LOGISTICS_EVENTS } from './catalogue/logistics.ts'
import { MEDIA_EVENTS } from './catalogue/media.ts'
import { ORDER_EVENTS } from './catalogue/order.ts'
import { MINI_GAME_EVENTS, PAYMENT_EVENTS, REFUND_INQUIRY_EVENTS } from './catalogue/payment.ts'
import { PLATFORM_EVENTS } from './catalogue/platform.ts'
import { SAFETY_EVENTS } from './catalogue/safety.ts'
import { SUBSCRIBE_EVENTS } from './catalogue/subscribe.ts'
import { type Reader, type Shape, type Shaped, shaped, text, time } from './shape.ts'
import type { WireTree } from './wire.ts'

const COMMON = {
  /** The mini program's original id, `gh_…`. */
  toUserName: text('ToUserName'),
  /** The user's openid; for platform events a fixed account of WeChat's. */
  fromUserName: text<OpenId>('FromUserName'),
  createTime: time('CreateTime'),
} as const satisfies Shape

const EVENTS = {
  ...CUSTOMER_SERVICE_EVENTS,
  ...SUBSCRIBE_EVENTS,
  ...SAFETY_EVENTS,
  ...AUDIT_EVENTS,
  ...COMPLIANCE_EVENTS,
  ...ACCOUNT_EVENTS,
  ...PLATFORM_EVENTS,
  ...ORDER_EVENTS,
  ...LOGISTICS_EVENTS,
  ...EXPRESS_EVENTS,
  ...DELIVERY_EVENTS,
  ...PAYMENT_EVENTS,
  ...MINI_GAME_EVENTS,
  ...REFUND_INQUIRY_EVENTS,
  ...LIVE_EVENTS,
  ...MEDIA_EVENTS,
} as const satisfies Record<string, Shape>

/** The registry: one row per message and event of WeChat's catalogue, named as WeChat names it. */
const SHAPES = { ...CUSTOMER_SERVICE_MESSAGES, ...EVENTS }

export type Kind = keyof typeof SHAPES
type Common = Shaped<typeof COMMON>
type Known = { [K in Kind]: Common & { readonly kind: K } & Shaped<(typeof SHAPES)[K]> }[Kind]

/** A push we have no row for arrives whole. */
type UnknownMessage = Common & {
  readonly kind: 'unknown'
  readonly msgType: string
  readonly event: string
  /** Third-party platforms send this in place of an event. */
  readonly infoType: string
  readonly fields: WireTree
}

export type PushMessage = Known | UnknownMessage

/** Every kind we know, for tools and tests. */
export const KINDS = Object.keys(SHAPES) as readonly Kind[]

const own = <T extends object>(table: T, name: string): name is keyof T & string => Object.hasOwn(table, name)

const memberOf =
  <T extends object>(family: T) =>
  (kind: string): kind is keyof T & string =>
    own(family, kind)

/** What a person writes or does in the session with customer service: answered in the order in which it came. */
export const isConversation = memberOf({ ...CUSTOMER_SERVICE_MESSAGES, ...CUSTOMER_SERVICE_EVENTS })
/** Answered by courier companies with `ResultCode` and `ResultMsg` in the push's own envelope. */
export const isExpressEvent = memberOf(EXPRESS_EVENTS)
/** Answered by delivery companies with `resultcode` and `resultmsg` in the push's own envelope. */
export const isDeliveryEvent = memberOf(DELIVERY_EVENTS)
/** Answered with `ErrCode` and `ErrMsg`; the inquiry about an iOS refund is none of them. */
export const isPaymentEvent = memberOf(PAYMENT_EVENTS)
/** Answered as payments are, but never sealed. */
export const isMiniGameEvent = memberOf(MINI_GAME_EVENTS)

/** Made when a kind first comes: a cold start does not wait for the whole catalogue. */
const READERS = new Map<Kind, Reader<PushMessage>>()

function readerOf(kind: Kind): Reader<PushMessage> {
  const made = READERS.get(kind) ?? (whole(kind, SHAPES[kind]) as Reader<Known>)
  READERS.set(kind, made)
  return made
}

const readUnknown = whole('unknown', {
  msgType: text('MsgType'),
  event: text('Event'),
  infoType: text('InfoType'),
  fields: (fields) => fields,
}) as Reader<UnknownMessage>

function whole(kind: string, shape: Shape): Reader<object> {
  return shaped({ ...COMMON, kind: () => kind, ...shape })
}

/** Any body gives a message: what is missing is empty, what is new is `unknown`. */
export function readMessage(fields: WireTree): PushMessage {
  const body = withTrimmedNames(fields)
  const kind = kindOf(body)
  return kind === undefined ? readUnknown(body) : readerOf(kind)(body)
}

function kindOf(body: WireTree): Kind | undefined {
  const msgType = fold(body.MsgType)
  if (own(CUSTOMER_SERVICE_MESSAGES, msgType)) return msgType
  if (msgType !== 'event' && msgType !== '') return undefined
  const event = fold(body.Event)
  if (msgType === 'event' && own(EVENTS, event)) return event
  return event === '' && isRefundInquiry(body) ? 'xpay_subscribe_ios_refund_query_notify' : undefined
}

/** WeChat's page on iOS refunds lists these members and no `Event`. */
const isRefundInquiry = (body: WireTree): boolean =>
  body.channel_bill !== undefined && body.pay_order_id !== undefined && body.provide_status !== undefined

/** WeChat's pages write `event` and `Event`, and one event with a blank for its underscore. */
const fold = (name: WireTree[string] | undefined): string =>
  typeof name === 'string' ? name.trim().toLowerCase().replaceAll(' ', '_') : ''

/** The samples of some account events have names with a leading blank (`" OpenID"`). */
function withTrimmedNames(fields: WireTree): WireTree {
  const names = Object.keys(fields)
  if (names.every((name) => name === name.trim())) return fields
  return Object.assign(Object.create(null), Object.fromEntries(names.map((name) => [name.trim(), fields[name]])))
}
