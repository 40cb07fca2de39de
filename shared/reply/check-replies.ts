import { isText, membersOf, problemsOfMessage } from './check-message.ts'
import type { Reply } from './handler.ts'

const MOST_REPLIES = 10
/** They lie in an item of the table until they are sent, beside what else is known of the person: 400 KB in all. */
const MOST_BYTES = 64 * 1024

/** What a handler has returned, as the table will keep it; `undefined` when it cannot be kept or sent. */
export function repliesOf(returned: unknown): readonly Reply[] | undefined {
  const text = jsonOf(returned)
  if (text === undefined || Buffer.byteLength(text) > MOST_BYTES) return undefined
  const replies: unknown = JSON.parse(text)
  return isReplies(replies) ? replies : undefined
}

/** Of a function or of what goes round in circles there is none. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

const isReplies = (replies: unknown): replies is readonly Reply[] =>
  Array.isArray(replies) && replies.length <= MOST_REPLIES && replies.every(isReply)

function isReply(reply: unknown): reply is Reply {
  const { kind, message } = membersOf(reply)
  if (kind === 'send') return problemsOfMessage('', message).length === 0
  return kind === 'subscribe' && isSubscribeMessage(message)
}

function isSubscribeMessage(message: unknown): boolean {
  const { templateId, data, page, lang, state } = membersOf(message)
  const isData = typeof data === 'object' && data !== null && !Array.isArray(data)
  const isOptional = (value: unknown): boolean => value === undefined || typeof value === 'string'
  return (
    isText(templateId) &&
    isData &&
    Object.values(data).every((value) => typeof value === 'string') &&
    [page, lang, state].every(isOptional)
  )
}
