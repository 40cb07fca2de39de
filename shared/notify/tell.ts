import { whyOf } from '../kernel/fault.ts'
import { giveWay } from '../kernel/give-way.ts'
import { type Millis, millis, toSeconds } from '../kernel/time.ts'
import { contention, ROUNDS } from '../store/contention.ts'
import type { Notify } from '../store/notify.ts'
import { type Permit, reserved } from '../store/permit.ts'
import { backOff, MOST_ATTEMPTS } from '../wechat/back-off.ts'
import type { SubscribeMessage } from '../wechat/outgoing.ts'
import { type Reservation, type Spent, settledPermit } from '../wechat/spend.ts'
import type { Candidate } from './candidate.ts'
import type { NotifyDeps } from './deps.ts'
import { factsOf } from './facts.ts'
import { earlier, sentOnce } from './resume.ts'
import { earliestOf, failed, report, rested, retried, type Step, write } from './step.ts'
import { SENDING_LEASE, trySpending } from './try-spending.ts'
import { told } from './unseen.ts'
import { cooldownUntil, oldestOf, stepOf } from './verdict.ts'

/** Sends what was missed as one message; false when somebody else has written before it was begun. */
export async function tell(candidate: Candidate, deps: NotifyDeps): Promise<boolean> {
  const message = filled(candidate, deps)
  if (typeof message === 'string') return await write(candidate, failed(candidate, { reason: message }), deps)
  const at = deps.clock()
  const reservation = { id: `${candidate.person}/${candidate.notify.version}`, at: toSeconds(at) }
  const begun = await begin(candidate, reservation, at, deps)
  if (begun === undefined) return false
  const spent = await trySpending(() => deps.sendSubscribeMessage(candidate.identity.openId, message))
  const step = settled({ ...candidate, notify: begun }, candidate.notify, spent, deps)
  await settle(candidate, begun, step, settledPermit(spent, reservation), deps)
  return true
}

/** The message, or why it cannot be made: the project's own words are at work here. */
function filled({ unseen }: Candidate, { noticeOf, template }: NotifyDeps): SubscribeMessage | string {
  try {
    return noticeOf(template, factsOf(unseen))
  } catch (cause) {
    return whyOf(cause).reason
  }
}

/** Before WeChat is asked, the table says so: the permit is reserved, and what is told counts as told. */
async function begin(
  candidate: Candidate,
  { id, at: second }: Reservation,
  at: Millis,
  { store }: NotifyDeps,
): Promise<Notify | undefined> {
  const { person, owner, notify, permit, notices, readAt } = candidate
  const until = millis(at + SENDING_LEASE)
  const { toldUntil, alsoTold } = notify
  const begun: Notify = {
    ...notify,
    ...told(notices, [], readAt),
    questions: 0,
    openFrom: undefined,
    sending: { id, at, until, toldUntil, alsoTold, openFrom: earliestOf(candidate) },
    next: { state: 'waiting', dueAt: until, reason: 'sending' },
  }
  const owned = { person: owner, permit: reserved(permit, id, second) }
  const version = await store.commit({ person, notify: begun, permit: owned })
  return version === undefined ? undefined : { ...begun, version }
}

/** What comes of it; `before` is how far the person was told when nothing went out. */
function settled(candidate: Candidate, before: Notify, spent: Spent, deps: NotifyDeps): Step {
  if (spent.kind === 'sent' || spent.kind === 'unsure') return sent(candidate, spent.kind, deps)
  if (spent.kind === 'declined') return rested(candidate, 'declined')
  const { toldUntil, alsoTold, tries } = before
  const { failure } = spent
  if (failure.next === 'end') return rested(candidate, failure.reason)
  const untold = (step: Step, more: Partial<Notify> = {}): Step => ({
    ...step,
    change: { ...step.change, toldUntil, alsoTold, ...more },
  })
  if (failure.next === 'mend' || tries + 1 >= MOST_ATTEMPTS) return untold(failed(candidate, failure))
  const until = millis(deps.clock() + backOff(tries, failure.next, deps.random))
  return untold(retried(candidate, failure, until, deps), { tries: tries + 1 })
}

/** Looks again when the cooldown is over, whether or not anything comes meanwhile. */
function sent(candidate: Candidate, outcome: string, deps: NotifyDeps): Step {
  const { unseen, notify, seenAt } = candidate
  const now = deps.clock()
  const after = sentOnce(notify, stepOf(notify, seenAt), notify.sending?.at ?? now)
  const dueAt = cooldownUntil({ ...notify, ...after }, seenAt, deps)
  const { count, senders } = factsOf(unseen)
  return {
    change: { ...after, next: { state: 'waiting', dueAt, reason: 'cooldown' } },
    level: 'info',
    event: 'notice.sent',
    facts: { outcome, messages: count, senders: senders.length, waitedMs: now - oldestOf(unseen) },
  }
}

/** Written over whatever has become of the permit meanwhile; nobody else writes what is being sent, and who was erased stays so. */
async function settle(
  candidate: Candidate,
  begun: Notify,
  step: Step,
  ofPermit: (permit: Permit) => Permit,
  deps: NotifyDeps,
): Promise<void> {
  const { person, owner } = candidate
  const { store, template } = deps
  let notify = begun
  for (let round = 0; round < ROUNDS; round += 1) {
    if (notify.sending?.id !== begun.sending?.id) return
    const kept = await deps.permit(owner, template)
    const permit = kept.version === 0 ? {} : { permit: { person: owner, permit: ofPermit(kept) } }
    // A message that was handed on late may have come meanwhile.
    const openFrom = earlier(notify.openFrom, step.change.openFrom)
    const written = await store.commit({ person, notify: { ...notify, ...step.change, openFrom }, ...permit })
    if (written !== undefined) return report(candidate, step, deps)
    await giveWay(round, deps)
    notify = await store.notify(person)
  }
  throw contention()
}
