import { Fault } from '../kernel/fault.ts'
import { pseudonym } from '../kernel/log.ts'
import { type Millis, millis, minutes, toSeconds } from '../kernel/time.ts'
import type { Notify } from '../store/notify.ts'
import { type Permit, reserved } from '../store/permit.ts'
import { backOff, MOST_ATTEMPTS } from '../wechat/back-off.ts'
import type { SubscribeMessage } from '../wechat/outgoing.ts'
import type { Candidate } from './candidate.ts'
import { contention } from './contention.ts'
import type { NotifyDeps } from './deps.ts'
import { factsOf } from './facts.ts'
import { rested, waiting, write } from './look.ts'
import { sentOnce } from './resume.ts'
import { permitAfter, type Reservation, type Spent, spend } from './spend.ts'
import { told } from './unseen.ts'
import { cooldownUntil, stepOf } from './verdict.ts'

/** Longer than any call takes, a token waited for included; no function lives longer. */
const LEASE = minutes(5)
const ROUNDS = 20

/** Sends what was missed as one message; false when somebody else has written before it was begun. */
export async function tell(candidate: Candidate, deps: NotifyDeps): Promise<boolean> {
  const message = filled(candidate, deps)
  if (message instanceof Fault) return await write(candidate, failed(candidate, { reason: message.code }, deps), deps)
  const at = deps.clock()
  const reservation = { id: `${candidate.person}/${candidate.notify.version}`, at: toSeconds(at) }
  const begun = await begin(candidate, reservation, at, deps)
  if (begun === undefined) return false
  const spent = await spend(() => deps.sendSubscribeMessage(candidate.identity.openId, message))
  const change = settled({ ...candidate, notify: begun }, candidate.notify, spent, deps)
  await settle(candidate, begun, change, permitAfter(spent, reservation), deps)
  return true
}

function filled({ unseen }: Candidate, { noticeOf, template }: NotifyDeps): SubscribeMessage | Fault {
  try {
    return noticeOf(template, factsOf(unseen))
  } catch (cause) {
    if (cause instanceof Fault) return cause
    throw cause
  }
}

/** Before WeChat is asked, the table says so: the permit is reserved, and what is told counts as told. */
async function begin(
  { person, owner, notify, permit, notices, readAt }: Candidate,
  { id, at: second }: Reservation,
  at: Millis,
  { store }: NotifyDeps,
): Promise<Notify | undefined> {
  const until = millis(at + LEASE)
  const begun: Notify = {
    ...notify,
    ...told(notices, [], readAt),
    sending: { id, at, until, toldUntil: notify.toldUntil, alsoTold: notify.alsoTold },
    next: { state: 'waiting', dueAt: until, reason: 'sending' },
  }
  const version = await store.commit({
    person,
    notify: begun,
    permit: { person: owner, permit: reserved(permit, id, second) },
  })
  return version === undefined ? undefined : { ...begun, version }
}

/** What comes of it; `before` is how far the person was told when nothing went out. */
function settled(candidate: Candidate, before: Notify, spent: Spent, deps: NotifyDeps): Partial<Notify> {
  switch (spent.kind) {
    case 'sent':
    case 'unsure':
      return sent(candidate, spent.kind, deps)
    case 'declined':
      return rested(candidate, 'declined', deps)
    case 'refused': {
      const { toldUntil, alsoTold, tries } = before
      const { next, reason } = spent.failure
      const untold = { toldUntil, alsoTold, sending: undefined }
      if (next === 'end') return rested(candidate, reason, deps)
      if (next === 'mend' || tries + 1 >= MOST_ATTEMPTS) return { ...untold, ...failed(candidate, spent.failure, deps) }
      const until = millis(deps.clock() + backOff(tries, next, deps.random))
      deps.log.warn('notice.retried', whyOf(candidate, spent.failure))
      return { ...untold, ...waiting(candidate, { until, reason }, deps), tries: tries + 1 }
    }
  }
}

/** Looks again when the cooldown is over, whether or not anything comes meanwhile. */
function sent(candidate: Candidate, outcome: string, deps: NotifyDeps): Partial<Notify> {
  const { unseen, identity, notify, seenAt } = candidate
  const { clock, log } = deps
  const after = sentOnce(notify, stepOf(notify, seenAt), notify.sending?.at ?? clock())
  const dueAt = cooldownUntil({ ...notify, ...after }, seenAt, deps)
  const waitedMs = clock() - Math.min(...unseen.map(({ acceptedAt }) => acceptedAt))
  const { count, senders } = factsOf(unseen)
  const person = pseudonym(identity.openId)
  log.info('notice.sent', { outcome, messages: count, senders: senders.length, waitedMs, person })
  return { ...after, next: { state: 'waiting', dueAt, reason: 'cooldown' } }
}

interface Why {
  readonly reason: string
  readonly errcode?: number
}

const whyOf = ({ identity }: Candidate, { reason, errcode }: Why) => ({
  reason,
  errcode,
  person: pseudonym(identity.openId),
})

/** Somebody has to mend it; meanwhile nothing of it counts as told. */
function failed(candidate: Candidate, why: Why, { log }: NotifyDeps): Partial<Notify> {
  log.error('notice.failed', whyOf(candidate, why))
  return { tries: 0, sending: undefined, next: { state: 'failed', reason: why.reason } }
}

/** Written over whatever has become of the permit meanwhile; nobody else writes what is being sent. */
async function settle(
  { person, owner }: Candidate,
  begun: Notify,
  change: Partial<Notify>,
  ofPermit: (permit: Permit) => Permit,
  deps: NotifyDeps,
): Promise<void> {
  const { store, template } = deps
  let notify = begun
  for (let round = 0; round < ROUNDS; round += 1) {
    if (notify.sending?.id !== begun.sending?.id) return
    const permit = ofPermit(await deps.permit(owner, template))
    const written = await store.commit({ person, notify: { ...notify, ...change }, permit: { person: owner, permit } })
    if (written !== undefined) return
    notify = await store.notify(person)
  }
  throw contention()
}
