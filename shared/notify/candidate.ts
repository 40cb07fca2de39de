import { pseudonym } from '../kernel/log.ts'
import { type Millis, type Seconds, toSeconds } from '../kernel/time.ts'
import type { Identity } from '../store/identity.ts'
import { personKey } from '../store/key.ts'
import type { Inflow, KeptNotice, Notify, NotifyStore } from '../store/notify.ts'
import { type Permit, remaining } from '../store/permit.ts'
import { NO_PRESENCE, type Presence } from '../store/presence.ts'
import type { NotifyDeps } from './deps.ts'
import { resume } from './resume.ts'
import { inUseUntil, spendable } from './spendable.ts'
import { lastSeen, openSince, unseenBy, unseenOf } from './unseen.ts'

/** All that is known of a person to whom there may be something to tell. */
export interface Candidate {
  /** Partition key of what IM tells of the person. */
  readonly person: string
  readonly identity: Identity
  /** Partition key of the person in WeChat. */
  readonly owner: string
  readonly notify: Notify
  readonly permit: Permit
  /** The permit is not as it was read: it is to be written with the rest. */
  readonly isFreed: boolean
  readonly presence: Presence
  readonly seenAt: Millis
  /** All that was looked at, and of that what the person may have missed. */
  readonly notices: readonly KeptNotice[]
  readonly unseen: readonly KeptNotice[]
  /** Before all was read. */
  readonly readAt: Millis
  /** IM's time of the oldest message that has come now. */
  readonly earliest: Seconds | undefined
}

/** Why a person is looked at: something was sent to them, or something is due; they have come back, or have read. */
export type Trigger = 'message' | 'return'

/** Reads, the cheapest first; or the reason why there is nothing to do. */
export async function candidateOf(
  person: string,
  triggers: ReadonlySet<Trigger>,
  deps: NotifyDeps,
  earliest?: Seconds,
): Promise<Candidate | 'unknown-person' | 'nothing' | 'no-permit' | 'outrun'> {
  const { store, identities, appId, template, clock } = deps
  const readAt = clock()
  const identity = await identities.ofKey(person)
  if (identity === undefined) return 'unknown-person'
  const kept = await store.notify(person)
  const isLate = earliest !== undefined && isEarlier(kept, earliest, readAt)
  if (!isWorthALook(kept, triggers, readAt) && (!isLate || kept.sending !== undefined)) {
    if (triggers.has('message')) sayWaiting(kept, identity, deps)
    return isLate ? await remembered(person, { ...kept, openFrom: earliest }, store) : 'nothing'
  }
  const owner = personKey(appId, identity.openId)
  const allowed = spendable(await deps.permit(owner, template), readAt)
  const { notify, permit, left } = resume({ notify: kept, permit: allowed })
  if (left !== 'nothing') deps.log.warn('notice.resumed', { left, person: pseudonym(identity.openId) })
  if (isWithout(permit, readAt) && notify.next === undefined) return 'no-permit'
  const known = { permit, since: identity.since, readAt }
  const before = lastSeen({ ...known, inflow: NO_INFLOW })
  const inflow = await store.inflow(person, openSince(notify, before, earliest), unseenBy({ ...known, notify }))
  const { notices, presence } = inflow
  const unseen = unseenOf({ ...known, notify, inflow })
  const seenAt = lastSeen({ ...known, inflow })
  const isFreed = left === 'unsent'
  return { person, identity, owner, notify, permit, isFreed, presence, seenAt, notices, unseen, readAt, earliest }
}

/** And none is on its way back. */
const isWithout = (permit: Permit, now: Millis): boolean =>
  remaining(permit) === 0 && inUseUntil(permit, now) === undefined

const NO_INFLOW: Inflow = { notices: [], readings: [], presence: NO_PRESENCE }

/** It is told with what is waited for already. */
function sayWaiting({ next }: Notify, { openId }: Identity, { log, clock }: NotifyDeps): void {
  if (next?.state !== 'waiting') return
  log.info('notice.joined', { reason: next.reason, inMs: next.dueAt - clock(), person: pseudonym(openId) })
}

/** A group's message that was handed on late, and would not be found when the person is looked at again. */
const isEarlier = ({ openFrom }: Notify, earliest: Seconds, now: Millis): boolean =>
  earliest < Math.min(openFrom ?? Infinity, toSeconds(now) - LATE)

/** Older than any message is when it comes by itself. */
const LATE = 600

/** While another message is on its way: whoever looks when that has ended finds it. */
async function remembered(person: string, notify: Notify, { commit }: NotifyStore): Promise<'nothing' | 'outrun'> {
  return (await commit({ person, notify })) === undefined ? 'outrun' : 'nothing'
}

/** While something is planned already, a new message changes nothing; a return may cancel it. */
function isWorthALook({ sending, next }: Notify, triggers: ReadonlySet<Trigger>, now: Millis): boolean {
  if (sending !== undefined) return sending.until <= now
  if (next === undefined) return triggers.has('message')
  return next.state === 'failed' || next.dueAt <= now || triggers.has('return')
}
