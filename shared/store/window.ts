import { hours, type Millis, millis, minutes, toMillis } from '../kernel/time.ts'

/** How far the work on a push has come; kept with the window, since the first in line is the only one that is worked on. */
export interface Progress {
  /** Sort key of the push. */
  readonly push: string
  /** The step under way, or to come: those before it are done. */
  readonly step: number
  /** A step is under way and its holder has until then; 0 when none is. */
  readonly until: Millis
  readonly holder: string
  /** How often the step was begun. */
  readonly tries: number
  /** What is known of the end, where it is not that all went well. */
  readonly outcome?: string
  /** The steps as JSON, once a handler has added some; else they follow from the push. */
  readonly plan?: string
}

/**
 * What may be sent to a person as customer service, and who is next to send. WeChat grants 5 messages in 48 h after the person
 * wrote and 2 in one minute after the person entered the session; all times are our own clock's.
 */
export interface Window {
  /** Grows with every write; 0 when nothing was written yet. */
  readonly version: number
  /** 0: never. */
  readonly messageAt: Millis
  readonly enteredAt: Millis
  /** When WeChat last said that nothing more may be sent. */
  readonly closedAt: Millis
  /** Oldest first, as far as they count. */
  readonly sentAt: readonly Millis[]
  /** Sort keys of the pushes whose replies are not all out, oldest first. */
  readonly line: readonly string[]
  readonly work: Progress | undefined
}

const NEVER = millis(0)

export const NO_WINDOW: Window = {
  version: 0,
  messageAt: NEVER,
  enteredAt: NEVER,
  closedAt: NEVER,
  sentAt: [],
  line: [],
  work: undefined,
}

const AFTER_MESSAGE = { count: 5, span: toMillis(hours(48)) }
const AFTER_ENTERING = { count: 2, span: minutes(1) }
/** More than both quotas together, so that none that counts is forgotten. */
const SENDS_KEPT = 16

/** The person wrote or came in; of two openings the later one counts, whatever their order. */
export function opened(window: Window, by: 'message' | 'enter', at: Millis): Window {
  if (by === 'message') return at > window.messageAt ? { ...window, messageAt: at } : window
  return at > window.enteredAt ? { ...window, enteredAt: at } : window
}

export const sent = (window: Window, at: Millis): Window => ({
  ...window,
  sentAt: [...window.sentAt, at].slice(-SENDS_KEPT),
})

/** WeChat knows best: nothing more until the person writes or enters again. */
export const closed = (window: Window, at: Millis): Window => ({ ...window, closedAt: at })

/** How many messages may still be sent. */
export function messagesLeft(window: Window, now: Millis): number {
  const { messageAt, enteredAt, closedAt, sentAt } = window
  const isOpen = (at: Millis, span: Millis): boolean => at > closedAt && now < at + span
  let entering = AFTER_ENTERING.count
  let messages = AFTER_MESSAGE.count
  for (const at of sentAt) {
    if (entering > 0 && at >= enteredAt && at < enteredAt + AFTER_ENTERING.span) entering -= 1
    else if (at >= messageAt) messages -= 1
  }
  const byEntering = isOpen(enteredAt, AFTER_ENTERING.span) ? entering : 0
  const byMessage = isOpen(messageAt, AFTER_MESSAGE.span) ? Math.max(0, messages) : 0
  return byEntering + byMessage
}
