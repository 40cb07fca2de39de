import type { Call } from './simulator/api/outbox.ts'

/** A message that was sent to a person, and what WeChat made of it. */
export interface SentMessage {
  /** ISO, by the stack's clock. */
  readonly at: string
  readonly to: string
  /** `text`, `image`, `link`, `miniprogrampage`, or `subscribe`. */
  readonly kind: string
  /** What the person reads of it first. */
  readonly words: string
  /** 0: it was taken; `undefined`: there was no answer, or none of WeChat's. */
  readonly errcode: number | undefined
}

/** Where customer-service messages are sent. */
export const SEND = '/cgi-bin/message/custom/send'

export const SUBSCRIBE_SEND = '/cgi-bin/message/subscribe/send'
/** Where Tencent IM is asked who is online. */
export const QUERY = '/v4/openim/query_online_status'

const SENDS = [SEND, SUBSCRIBE_SEND]

/** The messages among the calls, oldest first. */
export const messagesIn = (calls: readonly Call[]): readonly SentMessage[] =>
  calls.filter(({ path }) => SENDS.includes(path)).map(messageOf)

function messageOf({ at, body, answer }: Call): SentMessage {
  const { touser, msgtype, data, ...rest } = membersOf(body)
  const { errcode } = membersOf(answer)
  const kind = typeof msgtype === 'string' ? msgtype : 'subscribe'
  return {
    at,
    to: String(touser ?? ''),
    kind,
    words: kind === 'subscribe' ? fieldsOf(data) : wordsOf(membersOf(rest[kind])),
    errcode: typeof errcode === 'number' ? errcode : undefined,
  }
}

const wordsOf = ({ content, title, media_id: mediaId }: Members): string => String(content ?? title ?? mediaId ?? '')

/** The lines of the card. */
const fieldsOf = (data: unknown): string =>
  Object.values(membersOf(data))
    .map((field) => String(membersOf(field).value ?? ''))
    .join('  ')

/** A question to Tencent IM, and what it said. */
export interface ImCall {
  /** ISO, by the stack's clock. */
  readonly at: string
  /** `query_online_status` */
  readonly call: string
  readonly people: number
  /** How many are `Online`, `Offline` … */
  readonly found: Readonly<Record<string, number>>
  /** 0: it answered; `undefined`: there was no answer, or none of IM's. */
  readonly errcode: number | undefined
}

/** The calls of Tencent IM among them, oldest first. */
export const imCallsIn = (calls: readonly Call[]): readonly ImCall[] =>
  calls.filter(({ path }) => path.startsWith('/v4/')).map(imCallOf)

function imCallOf({ at, path, body, answer }: Call): ImCall {
  const { To_Account: asked } = membersOf(body)
  const { ErrorCode: errcode, QueryResult: results } = membersOf(answer)
  const found: Record<string, number> = {}
  for (const result of listOf(results)) {
    const { Status: status, State: state } = membersOf(result)
    const name = String(status ?? state)
    found[name] = (found[name] ?? 0) + 1
  }
  return {
    at,
    call: path.split('/').at(-1) ?? '',
    people: Array.isArray(asked) ? asked.length : 1,
    found,
    errcode: typeof errcode === 'number' ? errcode : undefined,
  }
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** The calls of both, in the order of the clock. */
export const callsOf = (...outboxes: readonly { outbox(): readonly Call[] }[]): readonly Call[] =>
  outboxes
    .flatMap((each) => each.outbox())
    .sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0))

type Members = Readonly<Record<string, unknown>>

const membersOf = (value: unknown): Members => (typeof value === 'object' && value !== null ? { ...value } : {})
