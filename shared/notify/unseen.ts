import { type Millis, millis, type Seconds, seconds, toMillis } from '../kernel/time.ts'
import type { Inflow, KeptNotice, Notify } from '../store/notify.ts'
import type { Permit } from '../store/permit.ts'

/** Whoever was seen has seen what came before. */
interface Known {
  readonly notify: Notify
  readonly inflow: Inflow
  readonly permit: Permit
  /** When we came to know the person. */
  readonly since: Millis
}

/** When the person was last known to look: by a login, by reading, or by allowing a message in the mini program. */
export const lastSeen = ({ inflow, permit, since }: Omit<Known, 'notify'>): Millis =>
  millis(
    Math.max(
      since - 1,
      inflow.presence.loginAt,
      ...inflow.readings.map(({ at }) => at),
      ...permit.events.filter(({ kind }) => kind === 'accept').map(({ at }) => toMillis(at)),
    ),
  )

/** What the person may have missed, oldest first. Reading one conversation says nothing of the others. */
export function unseenOf({ notify, inflow, permit, since }: Known): readonly KeptNotice[] {
  const seenAt = lastSeen({ inflow: { ...inflow, readings: [] }, permit, since })
  const readUntil = new Map(inflow.readings.map(({ peer, until }) => [peer, until]))
  return inflow.notices
    .filter(
      (notice) =>
        !isTold(notify, notice) &&
        notice.acceptedAt > seenAt &&
        notice.sentAt > (notice.group === undefined ? (readUntil.get(notice.from) ?? 0) : 0),
    )
    .sort((left, right) => left.sentAt - right.sentAt || left.acceptedAt - right.acceptedAt)
}

const isTold = ({ toldUntil, alsoTold }: Notify, { acceptedAt, name }: KeptNotice): boolean =>
  acceptedAt <= toldUntil || alsoTold.includes(name)

/** A notice is found by whoever looks this long after it was accepted: a write takes less, clocks differ by less. */
const SETTLED = millis(10_000)
/** More of one person's in that time is a flood. */
const MOST_NAMES = 500

/** What is told once these are: all that came before the oldest that is left, and by name what came after. */
export function told(notices: readonly KeptNotice[], left: readonly KeptNotice[], now: Millis) {
  const toldUntil = millis(Math.min(now - SETTLED, ...left.map(({ acceptedAt }) => acceptedAt - 1)))
  const also = notices.filter((notice) => notice.acceptedAt > toldUntil && !left.includes(notice))
  if (also.length > MOST_NAMES) return { toldUntil: now, alsoTold: [] }
  return { toldUntil, alsoTold: also.map(({ name }) => name) }
}

/** How old IM's time of a message may be when it is accepted, and a minute. */
const LATEST = 660

/** From which of IM's seconds on a notice may not have been told. */
export const openSince = ({ toldUntil }: Notify, seenAt: Millis): Seconds =>
  seconds(Math.max(0, Math.max(toldUntil, seenAt) / 1000 - LATEST))
