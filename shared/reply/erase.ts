import type { OpenId } from '../kernel/ids.ts'
import { millis } from '../kernel/time.ts'
import { personKey } from '../store/key.ts'
import type { Belonging, Settlement, Task } from '../store/work.ts'
import { backOff } from './back-off.ts'
import type { ActDeps } from './deps.ts'

/** By then what came before is over, or WeChat has been down for an hour. */
const MOST_WAITS = 8

/**
 * Erases what is kept about a person, once what the person wrote before is worked off. Afterwards the keys of pushes remain until
 * they may be forgotten, so that none is accepted again, and whatever came after this event.
 */
export async function erasePerson(task: Task, openId: OpenId, deps: ActDeps): Promise<Settlement> {
  const { work, appId, clock, random } = deps
  const others = (await work.belongings(personKey(appId, openId))).filter(({ key }) => key.sk !== task.key.sk)
  const [earlier, later] = [others.filter(isEarlier(task)), others.filter((one) => !isEarlier(task)(one))]
  if (earlier.some(isUnfinished) && task.attempts < MOST_WAITS) {
    const dueAt = millis(clock() + backOff(task.attempts, 'again', random))
    return { state: 'waiting', reason: 'unfinished', dueAt, isAttempt: true }
  }
  // The line of those who came after stands in the window.
  await work.erase(earlier.filter(({ key }) => key.sk !== 'window' || !later.some(isUnfinished)))
  return { state: 'done', outcome: 'erased' }
}

const isEarlier =
  (task: Task) =>
  ({ since }: Belonging): boolean =>
    since <= task.acceptedAt

const isUnfinished = ({ state }: Belonging): boolean => state === 'ready' || state === 'waiting'
