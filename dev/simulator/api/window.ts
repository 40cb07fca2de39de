import { type Clock, hours, type Millis, millis, minutes, toMillis } from '../../../shared/kernel/time.ts'
import { refuse } from './refusal.ts'

/** What an action of the user's allows: so many messages, until then. */
interface Grant {
  readonly left: number
  readonly until: Millis
}

/** What WeChat knows of a conversation; the two grants are counted apart. */
interface Session {
  readonly message?: Grant
  readonly entry?: Grant
  /** When either side last sent a message. */
  readonly spokenAt?: Millis
  readonly typingUntil?: Millis
}

export interface WindowState {
  /** Messages that may be sent now. */
  readonly left: number
  /** Until when, ISO; `undefined` when nothing may be sent. */
  readonly until: string | undefined
  readonly isTyping: boolean
}

const MESSAGES_AFTER_MESSAGE = 5
const AFTER_MESSAGE = toMillis(hours(48))
const MESSAGES_AFTER_ENTRY = 2
const AFTER_ENTRY = minutes(1)
const TYPING_SHOWN = millis(15_000)
const TYPING_AFTER_WORDS = millis(30_000)

/**
 * Customer-service windows, by person.
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/customer-message/send.html
 */
export function windows(clock: Clock) {
  const sessions = new Map<string, Session>()
  return { wrote, entered, send, type, cancelTyping, state }

  /** The user sent a message. */
  function wrote(openId: string): void {
    const grant = { left: MESSAGES_AFTER_MESSAGE, until: millis(clock() + AFTER_MESSAGE) }
    change(openId, { message: grant, spokenAt: clock() })
  }

  /** The user opened the session. */
  function entered(openId: string): void {
    change(openId, { entry: { left: MESSAGES_AFTER_ENTRY, until: millis(clock() + AFTER_ENTRY) } })
  }

  /**
   * Takes one message, of the grant that ends first.
   * @throws {Refusal} 45015 there is no window, 45047 nothing is left in it
   */
  function send(openId: string): void {
    const name = openGrant(openId)
    const { [name]: grant } = sessionOf(openId)
    if (grant !== undefined) change(openId, { [name]: { ...grant, left: grant.left - 1 }, spokenAt: clock() })
    cancelTyping(openId)
  }

  /** @throws {Refusal} 45015, 45047, 45080 no word in 30 s, 45081 it is shown already */
  function type(openId: string): void {
    openGrant(openId)
    const { spokenAt, typingUntil } = sessionOf(openId)
    if (spokenAt === undefined || clock() - spokenAt > TYPING_AFTER_WORDS) refuse(45080)
    if (typingUntil !== undefined && clock() < typingUntil) refuse(45081)
    change(openId, { typingUntil: millis(clock() + TYPING_SHOWN) })
  }

  function cancelTyping(openId: string): void {
    const { typingUntil: _, ...rest } = sessionOf(openId)
    sessions.set(openId, rest)
  }

  function state(openId: string): WindowState {
    const { message, entry, typingUntil } = sessionOf(openId)
    const open = [message, entry].filter((grant) => grant !== undefined && isRunning(grant) && grant.left > 0)
    const until = Math.max(0, ...open.map((grant) => grant?.until ?? 0))
    return {
      left: open.reduce((sum, grant) => sum + (grant?.left ?? 0), 0),
      until: until === 0 ? undefined : new Date(until).toISOString(),
      isTyping: typingUntil !== undefined && clock() < typingUntil,
    }
  }

  function openGrant(openId: string): 'message' | 'entry' {
    const { message, entry } = sessionOf(openId)
    if (entry !== undefined && isRunning(entry) && entry.left > 0) return 'entry'
    if (message !== undefined && isRunning(message) && message.left > 0) return 'message'
    return refuse([message, entry].some((grant) => grant !== undefined && isRunning(grant)) ? 45047 : 45015)
  }

  function isRunning({ until }: Grant): boolean {
    return clock() < until
  }

  function sessionOf(openId: string): Session {
    return sessions.get(openId) ?? {}
  }

  function change(openId: string, changes: Partial<Session>): void {
    sessions.set(openId, { ...sessionOf(openId), ...changes })
  }
}

export type Windows = ReturnType<typeof windows>
