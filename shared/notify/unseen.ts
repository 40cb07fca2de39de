import { type Millis, millis, type Seconds, seconds, toMillis } from '../kernel/time.ts'
import type { Inflow, KeptNotice, Notify, Sieve } from '../store/notify.ts'
import type { Permit } from '../store/permit.ts'

/** Whoever was seen has seen what came before. */
interface Known {
  readonly notify: Notify
  readonly inflow: Inflow
  readonly permit: Permit
  /** When we came to know the person. */
  readonly since: Millis
  /** What claims to be later has not happened: WeChat's clock is ahead of ours. */
  readonly readAt: Millis
}

/** When the person was last known to look: by a login, by reading, or by allowing a message in the mini program. */
export const lastSeen = ({ inflow, permit, since, readAt }: Omit<Known, 'notify'>): Millis =>
  latest([
    millis(since - 1),
    inflow.presence.loginAt,
    ...inflow.readings.map(({ at }) => at),
    ...permit.events
      .filter(({ kind }) => kind === 'accept')
      .map(({ at }) => toMillis(at))
      .filter((at) => at <= readAt),
  ])

const latest = (times: readonly Millis[]): Millis => times.reduce((last, at) => (at > last ? at : last))

/** What the person may have missed, oldest first. */
export const unseenOf = ({ inflow, ...known }: Known): readonly KeptNotice[] =>
  inflow.notices
    .filter(unseenBy(known)(inflow))
    .sort((left, right) => left.sentAt - right.sentAt || left.acceptedAt - right.acceptedAt)

/** Whether the person may have missed it. Reading one conversation says nothing of the others. */
export const unseenBy =
  ({ notify, ...known }: Omit<Known, 'inflow'>): Sieve =>
  ({ readings, presence }) => {
    const seenAt = lastSeen({ ...known, inflow: { notices: [], readings: [], presence } })
    const readUntil = new Map(readings.map(({ peer, until }) => [peer, until]))
    return (notice) =>
      !isTold(notify, notice) &&
      notice.acceptedAt > seenAt &&
      notice.sentAt > (notice.group === undefined ? (readUntil.get(notice.from) ?? 0) : 0)
  }

const isTold = ({ toldUntil, alsoTold }: Notify, { acceptedAt, name }: KeptNotice): boolean =>
  acceptedAt <= toldUntil || alsoTold.includes(name)

/** A notice is found by whoever looks this long after it was accepted: a write takes less, clocks differ by less. */
const SETTLED = millis(10_000)
/** More of one person's in that time is a flood. */
const MOST_NAMES = 500

/** What is told once these are: all that came before the oldest that is left, and by name what came after. */
export function told(notices: readonly KeptNotice[], left: readonly KeptNotice[], now: Millis) {
  const toldUntil = left.reduce((sum, { acceptedAt }) => millis(Math.min(sum, acceptedAt - 1)), millis(now - SETTLED))
  const also = notices.filter((notice) => notice.acceptedAt > toldUntil && !left.includes(notice))
  const names = also.toSorted((one, other) => one.acceptedAt - other.acceptedAt).slice(-MOST_NAMES)
  const isFlood = names.length < also.length && left.length === 0
  return { toldUntil: isFlood ? floodEnd(also, names) : toldUntil, alsoTold: names.map(({ name }) => name) }
}

/** With so many at once those that have no name are told by their time. */
const floodEnd = (also: readonly KeptNotice[], names: readonly KeptNotice[]): Millis =>
  latest(also.filter((notice) => !names.includes(notice)).map(({ acceptedAt }) => acceptedAt))

/** A message is accepted at most 10 minutes after IM's time (`isWorthTelling`); a minute more for clocks that differ. */
const LATEST = 660

/** From which of IM's seconds on a notice may not have been told. */
export const openSince = ({ toldUntil, openFrom }: Notify, seenAt: Millis, earliest: number = Infinity): Seconds =>
  seconds(Math.max(0, Math.min(Math.max(toldUntil, seenAt) / 1000 - LATEST, openFrom ?? Infinity, earliest)))
