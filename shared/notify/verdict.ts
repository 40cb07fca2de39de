import type { QuietHours } from '../kernel/quiet-hours.ts'
import { hours, type Millis, millis, toMillis } from '../kernel/time.ts'
import type { KeptNotice, Notify } from '../store/notify.ts'
import type { Presence } from '../store/presence.ts'
import { quietUntil } from './quiet.ts'

/** When somebody is told, by the settings. */
export interface Manner {
  readonly notifyCooldowns: readonly Millis[]
  readonly notifyPerDay: number
  readonly quietHours: QuietHours | undefined
}

export type Verdict =
  | { readonly kind: 'wait'; readonly until: Millis; readonly reason: string }
  /** IM has to say whether the person is online. */
  | { readonly kind: 'ask' }

/** A mini program in the background looks online for about 30 s. */
export const RECHECK = millis(45_000)

const DAY = toMillis(hours(24))
/** A disconnection of which nobody told must not silence a person for ever. */
const PRESENCE_FADES = toMillis(hours(3))

interface Case {
  /** Never empty. */
  readonly unseen: readonly KeptNotice[]
  readonly notify: Notify
  readonly seenAt: Millis
  readonly presence: Presence
}

/** Whether what was missed may be told now; pure, and the cheapest question first. */
export function verdictOn({ unseen, notify, seenAt, presence }: Case, manner: Manner, now: Millis): Verdict {
  const cooldown = cooldownUntil(notify, seenAt, manner)
  if (cooldown > now) return { kind: 'wait', until: cooldown, reason: 'cooldown' }
  const quiet = manner.quietHours === undefined ? undefined : quietUntil(manner.quietHours, now)
  if (quiet !== undefined) return { kind: 'wait', until: quiet, reason: 'quiet-hours' }
  const limit = limitUntil(notify, manner, now)
  if (limit !== undefined) return { kind: 'wait', until: limit, reason: 'daily-limit' }
  const recheck = recheckAt(unseen)
  if (recheck > now && isHintOnline(presence, now)) return { kind: 'wait', until: recheck, reason: 'looks-online' }
  return { kind: 'ask' }
}

/** How many were sent in a row since the person was last seen. */
export const stepOf = ({ sentAt, step }: Notify, seenAt: Millis): number => ((sentAt.at(-1) ?? 0) > seenAt ? step : 0)

/** The end of the last message's cooldown. */
export function cooldownUntil(notify: Notify, seenAt: Millis, { notifyCooldowns }: Manner): Millis {
  const step = stepOf(notify, seenAt)
  const span = step === 0 ? 0 : (notifyCooldowns[Math.min(step, notifyCooldowns.length) - 1] ?? 0)
  return millis((notify.sentAt.at(-1) ?? 0) + span)
}

function limitUntil({ sentAt }: Notify, { notifyPerDay }: Manner, now: Millis): Millis | undefined {
  const ofToday = sentAt.filter((at) => at > now - DAY)
  const first = ofToday.at(-notifyPerDay)
  return first === undefined ? undefined : millis(first + DAY)
}

/** When whoever looked online at the first of these is asked for again. */
export const recheckAt = (unseen: readonly KeptNotice[]): Millis => millis(oldestOf(unseen) + RECHECK)

/** When the oldest of them was accepted. */
export const oldestOf = (unseen: readonly KeptNotice[]): Millis =>
  unseen.reduce((sum, { acceptedAt }) => millis(Math.min(sum, acceptedAt)), millis(Number.MAX_SAFE_INTEGER))

/** As far as callbacks tell. */
export const isHintOnline = ({ platforms }: Presence, now: Millis): boolean =>
  Object.values(platforms).some(({ isOnline, at }) => isOnline && at > now - PRESENCE_FADES)
