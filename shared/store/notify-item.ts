import { sha256 } from '../kernel/bytes.ts'
import { hours, type Millis, millis, seconds, toSeconds } from '../kernel/time.ts'
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
  ...(notify.sending === undefined ? {} : { sending: { S: JSON.stringify(notify.sending) } }),
  ...nextMembers(key, notify.next),
  receipt: { S: receipt },
  ...expiry(notify.next === undefined ? seconds(toSeconds(now) + KEPT) : undefined),
})

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
        sending: item.sending?.S === undefined ? undefined : (JSON.parse(item.sending.S) as Sending),
        next: nextOf(item),
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
