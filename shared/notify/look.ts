import { pseudonym } from '../kernel/log.ts'
import { type Millis, millis } from '../kernel/time.ts'
import type { Notify } from '../store/notify.ts'
import { remaining } from '../store/permit.ts'
import { type Candidate, candidateOf, type Trigger } from './candidate.ts'
import { contention } from './contention.ts'
import type { NotifyDeps } from './deps.ts'
import { told } from './unseen.ts'
import { verdictOn } from './verdict.ts'

/** More than this in a row is no coincidence. */
const ROUNDS = 20

/** Looks whether a person has missed something that may be told now; if so, IM is to be asked, and then see `conclude`. */
export async function look(
  person: string,
  triggers: ReadonlySet<Trigger>,
  deps: NotifyDeps,
): Promise<Candidate | undefined> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const found = await candidateOf(person, triggers, deps)
    if (typeof found === 'string') {
      if (found !== 'nothing') deps.log.info('notice.ended', { outcome: found })
      return undefined
    }
    const verdict = decided(found, deps)
    if (verdict === 'ask') return found
    if (verdict === 'rest' || (await write(found, verdict, deps))) return undefined
  }
  throw contention()
}

/** What the item is to say, that IM is to be asked, or that all is as it was. */
function decided(candidate: Candidate, deps: NotifyDeps): Partial<Notify> | 'ask' | 'rest' {
  const { notify, isFreed } = candidate
  if (candidate.unseen.length === 0)
    return notify.next === undefined && !isFreed ? 'rest' : rested(candidate, 'nothing-new', deps)
  if (remaining(candidate.permit) === 0) return rested(candidate, 'no-permit', deps)
  const verdict = verdictOn(candidate, deps, deps.clock())
  return verdict.kind === 'ask' ? 'ask' : waiting(candidate, verdict, deps)
}

/** Nothing more to be told of what has come so far. */
export function rested(
  { notices, readAt, identity }: Candidate,
  outcome: string,
  { log }: NotifyDeps,
): Partial<Notify> {
  log.info('notice.ended', { outcome, person: pseudonym(identity.openId) })
  return { ...told(notices, [], readAt), tries: 0, sending: undefined, next: undefined }
}

interface Waiting {
  readonly until: Millis
  readonly reason: string
}

export function waiting(
  { identity }: Candidate,
  { until, reason }: Waiting,
  { log, clock }: NotifyDeps,
): Partial<Notify> {
  log.info('notice.waiting', { reason, inMs: until - clock(), person: pseudonym(identity.openId) })
  return { sending: undefined, next: { state: 'waiting', dueAt: millis(until), reason } }
}

/** False when somebody else has written meanwhile. */
export async function write(candidate: Candidate, change: Partial<Notify>, { store }: NotifyDeps): Promise<boolean> {
  const { person, owner, notify, permit, isFreed } = candidate
  const freed = isFreed ? { permit: { person: owner, permit } } : {}
  return (await store.commit({ person, notify: { ...notify, ...change }, ...freed })) !== undefined
}
