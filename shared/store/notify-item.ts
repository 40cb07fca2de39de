import { sha256 } from '../kernel/bytes.ts'
import { hours, type Millis, millis, type Seconds, seconds, toMillis, toSeconds } from '../kernel/time.ts'
import { dueMembers, expiry, type Item, keyItem, numberOf } from './item.ts'
import type { ItemKey } from './key.ts'
import { noticeOf, readingOf } from './notice-item.ts'
import { type KeptNotice, type KeptReading, NO_NOTIFY, type Notify, type Sending } from './notify.ts'

/** Longer than a day's limit and the longest cooldown; after that it says nothing any more. */
const KEPT = hours(72)

/** `kind` and `state` make it work when tick has made it ready, as a notice does when it is written. */
export const notifyItem = (key: ItemKey, notify: Notify, now: Millis, receipt: string): Item => ({
  ...keyItem(key),
  kind: { S: 'notice' },
  version: { N: String(notify.version) },
  toldUntilMs: { N: String(notify.toldUntil) },
  alsoTold: { L: notify.alsoTold.map((name) => ({ S: name })) },
  sentAtMs: { L: notify.sentAt.map((at) => ({ N: String(at) })) },
  step: { N: String(notify.step) },
  tries: { N: String(notify.tries) },
  questions: { N: String(notify.questions) },
  ...(notify.openFrom === undefined ? {} : { openFromSec: { N: String(notify.openFrom) } }),
  ...troubleMembers(notify),
  ...(notify.sending === undefined ? {} : { sending: { S: JSON.stringify(notify.sending) } }),
  ...nextMembers(key, notify.next),
  receipt: { S: receipt },
  ...expiry(endOf(notify, now)),
})

/** What is neither planned nor done counts among the work that waits, since when it should have been done. */
const troubleMembers = ({ tries, questions, openFrom }: Notify): Item =>
  tries + questions > 0 && openFrom !== undefined ? { acceptedAtMs: { N: String(toMillis(openFrom)) } } : {}

/** What somebody has to mend does not expire. */
function endOf({ next }: Notify, now: Millis): Seconds | undefined {
  if (next?.state === 'failed') return undefined
  return seconds(toSeconds(next === undefined ? now : next.dueAt) + KEPT)
}

function nextMembers(key: ItemKey, next: Notify['next']): Item {
  if (next === undefined) return { state: { S: 'done' } }
  const said = { state: { S: next.state }, reason: { S: next.reason } }
  return next.state === 'waiting' ? { ...said, ...dueMembers(key, next.dueAt) } : said
}

export const notifyOf = (item: Item | undefined): Notify =>
  item === undefined
    ? NO_NOTIFY
    : {
        version: numberOf(item.version),
        toldUntil: millis(numberOf(item.toldUntilMs)),
        alsoTold: (item.alsoTold?.L ?? []).map((name) => name.S ?? ''),
        sentAt: (item.sentAtMs?.L ?? []).map((at) => millis(numberOf(at))),
        step: numberOf(item.step),
        tries: numberOf(item.tries),
        questions: numberOf(item.questions),
        openFrom: item.openFromSec === undefined ? undefined : seconds(numberOf(item.openFromSec)),
        sending: sendingOf(item),
        next: nextOf(item),
      }

/** What tick has made ready was due: its lease is over, whatever our clock says. */
function sendingOf({ sending, state }: Item): Sending | undefined {
  if (sending?.S === undefined) return undefined
  const kept: Sending = JSON.parse(sending.S)
  return state?.S === 'ready' ? { ...kept, until: millis(0) } : kept
}

/** What tick has made ready was due. */
function nextOf({ state, reason, dueAtMs }: Item): Notify['next'] {
  switch (state?.S) {
    case 'ready':
    case 'waiting':
      return { state: 'waiting', dueAt: millis(numberOf(dueAtMs)), reason: reason?.S ?? '' }
    case 'failed':
      return { state: 'failed', reason: reason?.S ?? '' }
    default:
      return undefined
  }
}

/** Nothing when it was recalled. */
export function keptNoticeOf(item: Item): KeptNotice | undefined {
  const notice = noticeOf(item)
  if (notice === undefined) return undefined
  const name = sha256(item.sk?.S ?? '').slice(0, 12)
  return { ...notice, name, acceptedAt: millis(numberOf(item.acceptedAtMs)) }
}

export const keptReadingOf = (item: Item): KeptReading => ({
  ...readingOf(item),
  at: millis(numberOf(item.acceptedAtMs)),
})
