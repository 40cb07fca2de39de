import type { OpenId } from '../kernel/ids.ts'
import { millis } from '../kernel/time.ts'
import { personKey, progressKey, windowKey } from '../store/key.ts'
import type { Belonging, Settlement, Task } from '../store/work.ts'
import { backOff } from './back-off.ts'
import type { ActDeps } from './deps.ts'

/** By then what came before is over, or WeChat has been down for an hour. */
const MOST_WAITS = 8

/**
 * Erases what is kept about a person, once what came before is worked off, or an hour later what is not part of that. Afterwards
 * the keys of pushes remain until they may be forgotten, so that none is accepted again, and whatever came after this event.
 */
export async function erasePerson(task: Task, openId: OpenId, deps: ActDeps): Promise<Settlement> {
  const { work, appId, clock, random } = deps
  const own = [task.key.sk, progressKey(task.key).sk]
  const others = (await work.belongings(personKey(appId, openId))).filter(({ key }) => !own.includes(key.sk))
  const earlier = others.filter(isEarlier(task))
  if (earlier.some(isUnfinished) && task.attempts < MOST_WAITS) {
    const dueAt = millis(clock() + backOff(task.attempts, 'again', random))
    return { state: 'waiting', reason: 'unfinished', dueAt, isAttempt: true }
  }
  const unfinished = others.filter(isUnfinished)
  const needed = unfinished.flatMap(({ key }) => [key.sk, windowKey(key.pk).sk, progressKey(key).sk])
  await work.erase(earlier.filter(({ key }) => !needed.includes(key.sk)))
  return { state: 'done', outcome: 'erased' }
}

const isEarlier =
  (task: Task) =>
  ({ since }: Belonging): boolean =>
    since <= task.acceptedAt

const isUnfinished = ({ state }: Belonging): boolean => state === 'ready' || state === 'waiting'
