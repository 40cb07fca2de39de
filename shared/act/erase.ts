import type { OpenId } from '../kernel/ids.ts'
import { millis } from '../kernel/time.ts'
import { imKey, personKey, progressKey, windowKey } from '../store/key.ts'
import { type Belonging, isUnfinished, type Settlement, type Task, type Work } from '../store/work.ts'
import { backOff } from '../wechat/back-off.ts'
import { isConversation } from '../wechat/message.ts'
import type { ActDeps } from './deps.ts'

/** By then what came before is over, or WeChat has been down for an hour. */
const MOST_WAITS = 8
/** A person who goes on meanwhile is not waited for for ever. */
const ROUNDS = 5

/**
 * Erases what is kept about a person, once what came before is worked off, or an hour later what is not part of that. Afterwards
 * the keys of pushes remain until they may be forgotten, so that none is accepted again, and whatever came after this event.
 */
export async function erasePerson(task: Task, openId: OpenId, deps: ActDeps): Promise<Settlement> {
  const { work, appId } = deps
  const own = [task.key.sk, progressKey(task.key).sk]
  for (let round = 0; round < ROUNDS; round += 1) {
    const others = (await work.belongings(personKey(appId, openId))).filter(({ key }) => !own.includes(key.sk))
    const earlier = others.filter(({ since }) => since <= task.acceptedAt)
    if (earlier.some(isUnfinished) && task.attempts < MOST_WAITS) return later(task, deps)
    const owed = others.filter(isOwed)
    const needed = owed.flatMap(({ key }) => [key.sk, windowKey(key.pk).sk, progressKey(key).sk])
    // What changes meanwhile is looked at anew: it may have come after the event.
    // What lies in IM's part goes first: the identity is what leads there.
    const isGone = (await work.erase(await inIm(earlier, work))) && (await work.erase(besides(needed, earlier)))
    if (isGone) return ERASED
  }
  return task.attempts < MOST_WAITS ? later(task, deps) : ERASED
}

/** All of it, whenever it came: without the identity it is nobody's. */
async function inIm(belongings: readonly Belonging[], work: Work): Promise<readonly Belonging[]> {
  const users = belongings.flatMap(({ userId }) => (userId === undefined ? [] : [userId]))
  return (await Promise.all(users.map((userId) => work.belongings(imKey(userId))))).flat()
}

const besides = (needed: readonly string[], belongings: readonly Belonging[]): readonly Belonging[] =>
  belongings.filter(({ key }) => !needed.includes(key.sk))

const ERASED: Settlement = { state: 'done', outcome: 'erased' }

const later = ({ attempts }: Task, { clock, random }: ActDeps): Settlement => ({
  state: 'waiting',
  reason: 'unfinished',
  dueAt: millis(clock() + backOff(attempts, 'again', random)),
  isAttempt: true,
})

/** Goods that are paid for, say, when their delivery has failed and waits for a replay. */
const isOwed = (belonging: Belonging): boolean =>
  isUnfinished(belonging) || (belonging.state === 'failed' && !isConversation(belonging.kind))
