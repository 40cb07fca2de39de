import type { OnlineStatus } from '../im/api.ts'
import { type Millis, millis } from '../kernel/time.ts'
import { contention, ROUNDS } from '../store/contention.ts'
import { backOff } from '../wechat/back-off.ts'
import type { Candidate, Trigger } from './candidate.ts'
import type { NotifyDeps } from './deps.ts'
import { look } from './look.ts'
import { rested, retried, type Step, waiting, write } from './step.ts'
import { tell } from './tell.ts'
import { told } from './unseen.ts'
import { isHintOnline, RECHECK, recheckAt } from './verdict.ts'

/** How often IM is asked in vain, over some minutes, before its callbacks are taken at their word. */
const MOST_QUESTIONS = 5
const ANEW: ReadonlySet<Trigger> = new Set(['message', 'return'])

/**
 * Goes by what IM has said of the person: `undefined` when nobody knows.
 * @throws {Fault} TABLE_UNAVAILABLE
 */
export async function conclude(first: Candidate, status: OnlineStatus | undefined, deps: NotifyDeps): Promise<void> {
  let candidate: Candidate | undefined = first
  for (let round = 0; round < ROUNDS; round += 1) {
    if (candidate === undefined || (await isConcluded(candidate, status, deps))) return
    candidate = await look(candidate.person, ANEW, deps, candidate.earliest)
  }
  throw contention()
}

/** False when somebody else has written meanwhile: then all is to be looked at anew. */
async function isConcluded(candidate: Candidate, status: OnlineStatus | undefined, deps: NotifyDeps): Promise<boolean> {
  switch (reachOf(candidate, status, deps)) {
    case 'nobody':
      return await write(candidate, rested(candidate, 'not-in-im'), deps)
    case 'online':
      return await write(candidate, online(candidate, deps), deps)
    case 'unknown':
      return await write(candidate, askedInVain(candidate, deps), deps)
    case 'offline':
      return await tell(candidate, deps)
  }
}

type Reach = 'online' | 'offline' | 'nobody' | 'unknown'

function reachOf({ notify, presence }: Candidate, status: OnlineStatus | undefined, deps: NotifyDeps): Reach {
  switch (status) {
    case 'Online':
      return 'online'
    case 'Offline':
      return 'offline'
    case 'PushOnline':
      return deps.notifyWhen === 'not-online' ? 'offline' : 'online'
    case 'unknown-account':
      return 'nobody'
    case undefined:
      if (notify.questions < MOST_QUESTIONS) return 'unknown'
      return isHintOnline(presence, deps.clock()) ? 'online' : 'offline'
  }
}

/** What has waited long enough was seen; what is younger is looked at once more. */
function online(candidate: Candidate, deps: NotifyDeps): Step {
  const now = deps.clock()
  const left = candidate.unseen.filter(({ acceptedAt }) => acceptedAt > now - RECHECK)
  if (left.length === 0) return rested(candidate, 'seen')
  const step = waiting({ ...candidate, unseen: left }, { reason: 'looks-online' }, recheckAt(left), deps)
  return { ...step, change: { ...step.change, ...told(candidate.notices, left, candidate.readAt), questions: 0 } }
}

function askedInVain(candidate: Candidate, deps: NotifyDeps): Step {
  const { questions } = candidate.notify
  const step = retried(candidate, { reason: 'IM_UNREACHABLE' }, retryAt(questions, deps), deps)
  return { ...step, change: { ...step.change, questions: questions + 1 } }
}

const retryAt = (questions: number, { clock, random }: NotifyDeps): Millis =>
  millis(clock() + backOff(questions, 'again', random))
