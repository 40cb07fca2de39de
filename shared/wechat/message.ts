import type { OpenId } from '../kernel/ids.ts'
import { CUSTOMER_SERVICE_EVENTS, CUSTOMER_SERVICE_MESSAGES } from './catalogue/customer-service.ts'
import { SUBSCRIBE_EVENTS } from './catalogue/subscribe.ts'
import { readShape, type Shape, type Shaped, text, time } from './shape.ts'
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
} as const satisfies Record<string, Shape>

/** The registry: one row per message and event of WeChat's catalogue, named as WeChat names it. */
const SHAPES = { ...CUSTOMER_SERVICE_MESSAGES, ...EVENTS }

export type Kind = keyof typeof SHAPES
type Common = Shaped<typeof COMMON>
type Known = { [K in Kind]: Common & { readonly kind: K } & Shaped<(typeof SHAPES)[K]> }[Kind]

/** A push we have no row for arrives whole. */
export type UnknownMessage = Common & {
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

const UNKNOWN = { msgType: text('MsgType'), event: text('Event'), infoType: text('InfoType') } as const satisfies Shape

/** Any body gives a message: what is missing is empty, what is new is `unknown`. */
export function readMessage(fields: WireTree): PushMessage {
  const body = withTrimmedNames(fields)
  const kind = kindOf(body)
  const common = readShape(COMMON, body)
  if (kind === undefined) return { ...common, kind: 'unknown', ...readShape(UNKNOWN, body), fields }
  return { ...common, kind, ...readShape<Shape>(SHAPES[kind], body) } as Known
}

function kindOf(body: WireTree): Kind | undefined {
  const msgType = fold(body.MsgType)
  if (msgType === 'event') return own(EVENTS, fold(body.Event))
  return own(CUSTOMER_SERVICE_MESSAGES, msgType)
}

const own = <T extends object>(table: T, name: string): keyof T | undefined =>
  Object.hasOwn(table, name) ? (name as keyof T) : undefined

/** WeChat's pages write `event` and `Event`, and one event with a blank for its underscore. */
const fold = (name: WireTree[string] | undefined): string =>
  typeof name === 'string' ? name.trim().toLowerCase().replaceAll(' ', '_') : ''

/** The samples of some account events have names with a leading blank (`" OpenID"`). */
function withTrimmedNames(fields: WireTree): WireTree {
  const names = Object.keys(fields)
  if (names.every((name) => name === name.trim())) return fields
  return Object.assign(Object.create(null), Object.fromEntries(names.map((name) => [name.trim(), fields[name]])))
}
