import type { Seconds } from '../kernel/time.ts'
import { contention, ROUNDS } from '../store/contention.ts'
import { remaining } from '../store/permit.ts'
import { type Candidate, candidateOf, type Trigger } from './candidate.ts'
import type { NotifyDeps } from './deps.ts'
import { inUseUntil, PERMIT_IN_USE } from './spendable.ts'
import { rested, type Step, waiting, write } from './step.ts'
import { verdictOn } from './verdict.ts'

/**
 * Looks whether a person has missed something that may be told now; if so, IM is to be asked, and then see `conclude`. `earliest`
 * is IM's time of the oldest message that has come.
 * @throws {Fault} TABLE_UNAVAILABLE
 */
export async function look(
  person: string,
  triggers: ReadonlySet<Trigger>,
  deps: NotifyDeps,
  earliest?: Seconds,
): Promise<Candidate | undefined> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const found = await candidateOf(person, triggers, deps, earliest)
    if (found === 'outrun') continue
    if (typeof found === 'string') {
      if (found !== 'nothing') deps.log.info('notice.ended', { outcome: found })
      return undefined
    }
    const step = decided(found, deps)
    if (step === 'ask') return found
    if (step === 'rest' || (await write(found, step, deps))) return undefined
  }
  throw contention()
}

/** What is to be written, that IM is to be asked, or that all is as it was. */
function decided(candidate: Candidate, deps: NotifyDeps): Step | 'ask' | 'rest' {
  const { notify, isFreed, permit, unseen } = candidate
  if (unseen.length === 0) return notify.next === undefined && !isFreed ? 'rest' : rested(candidate, 'nothing-new')
  if (remaining(permit) === 0) return withoutPermit(candidate, deps)
  const verdict = verdictOn(candidate, deps, deps.clock())
  return verdict.kind === 'ask' ? 'ask' : waiting(candidate, verdict, verdict.until, deps)
}

function withoutPermit(candidate: Candidate, deps: NotifyDeps): Step {
  const until = inUseUntil(candidate.permit, deps.clock())
  if (until === undefined) return rested(candidate, 'no-permit')
  return waiting(candidate, { reason: PERMIT_IN_USE }, until, deps)
}
