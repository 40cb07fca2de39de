import type { OnlineStatus } from '../im/api.ts'
import { pseudonym } from '../kernel/log.ts'
import { type Millis, millis } from '../kernel/time.ts'
import type { Notify } from '../store/notify.ts'
import { backOff } from '../wechat/back-off.ts'
import type { Candidate, Trigger } from './candidate.ts'
import { contention } from './contention.ts'
import type { NotifyDeps } from './deps.ts'
import { look, rested, waiting, write } from './look.ts'
import { tell } from './tell.ts'
import { told } from './unseen.ts'
import { isHintOnline, RECHECK, recheckAt } from './verdict.ts'

/** How often IM is asked in vain, over some minutes, before its callbacks are taken at their word. */
const MOST_QUESTIONS = 5
const ROUNDS = 20
const ANEW: ReadonlySet<Trigger> = new Set(['message', 'return'])

/** Goes by what IM has said of the person: `undefined` when nobody knows. */
export async function conclude(first: Candidate, status: OnlineStatus | undefined, deps: NotifyDeps): Promise<void> {
  let candidate: Candidate | undefined = first
  for (let round = 0; round < ROUNDS; round += 1) {
    if (candidate === undefined || (await isConcluded(candidate, status, deps))) return
    candidate = await look(candidate.person, ANEW, deps)
  }
  throw contention()
}

/** False when somebody else has written meanwhile: then all is to be looked at anew. */
async function isConcluded(candidate: Candidate, status: OnlineStatus | undefined, deps: NotifyDeps): Promise<boolean> {
  switch (reachOf(candidate, status, deps)) {
    case 'nobody':
      return await write(candidate, rested(candidate, 'not-in-im', deps), deps)
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
    default:
      if (notify.tries < MOST_QUESTIONS) return 'unknown'
      return isHintOnline(presence, deps.clock()) ? 'online' : 'offline'
  }
}

/** What has waited long enough was seen; what is younger is looked at once more. */
function online(candidate: Candidate, deps: NotifyDeps): Partial<Notify> {
  const now = deps.clock()
  const left = candidate.unseen.filter(({ acceptedAt }) => acceptedAt > now - RECHECK)
  if (left.length === 0) return rested(candidate, 'seen', deps)
  const next = waiting(candidate, { until: recheckAt(left), reason: 'looks-online' }, deps)
  return { ...told(candidate.notices, left, candidate.readAt), ...next, tries: 0 }
}

function askedInVain(candidate: Candidate, deps: NotifyDeps): Partial<Notify> {
  const { tries } = candidate.notify
  const until = retryAt(tries, deps)
  deps.log.warn('notice.retried', { reason: 'IM_UNREACHABLE', person: pseudonym(candidate.identity.openId) })
  return { ...waiting(candidate, { until, reason: 'IM_UNREACHABLE' }, deps), tries: tries + 1 }
}

const retryAt = (tries: number, { clock, random }: NotifyDeps): Millis =>
  millis(clock() + backOff(tries, 'again', random))
