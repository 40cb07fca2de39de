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

const SENDS = [SEND, '/cgi-bin/message/subscribe/send']

/** The messages among the calls, oldest first. */
export const messagesIn = (calls: readonly Call[]): readonly SentMessage[] =>
  calls.filter(({ path }) => SENDS.includes(path)).map(messageOf)

function messageOf({ at, body, answer }: Call): SentMessage {
  const { touser, msgtype, template_id: template, ...rest } = membersOf(body)
  const { errcode } = membersOf(answer)
  const kind = typeof msgtype === 'string' ? msgtype : 'subscribe'
  return {
    at,
    to: String(touser ?? ''),
    kind,
    words: kind === 'subscribe' ? String(template ?? '') : wordsOf(membersOf(rest[kind])),
    errcode: typeof errcode === 'number' ? errcode : undefined,
  }
}

const wordsOf = ({ content, title, media_id: mediaId }: Members): string => String(content ?? title ?? mediaId ?? '')

/** The calls of both, in the order of the clock. */
export const callsOf = (...outboxes: readonly { outbox(): readonly Call[] }[]): readonly Call[] =>
  outboxes
    .flatMap((each) => each.outbox())
    .sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0))

type Members = Readonly<Record<string, unknown>>

const membersOf = (value: unknown): Members => (typeof value === 'object' && value !== null ? { ...value } : {})
