import { deepEqual, equal, ok } from 'node:assert/strict'
import { type Item, numberOf } from '../../shared/store/item.ts'
import { type ItemKey, personKey } from '../../shared/store/key.ts'
import { APP_ID } from './build.ts'
import type { Crossing } from './mortal.ts'
import type { ProcessWorld } from './process-world.ts'
import type { Ending } from './stories.ts'

/** What may be different after a kill. */
export interface Leeway {
  /** What was seen may be seen once more, right after. */
  readonly repeats: number
  /** Nobody knows whether a subscribe message went out: it is not sent again, and its permit counts as spent. */
  readonly unsure: number
  /** Calls of a handler, refusals. */
  readonly more: number
}

export const NONE: Leeway = { repeats: 0, unsure: 0, more: 0 }
export const MOST: Leeway = { repeats: 1, unsure: 1, more: 1 }

/** What a kill at the end of these crossings may have done: the docs allow no more. */
export function leewayAfter(crossings: readonly Crossing[]): Leeway {
  const effects = crossings.filter(({ what, moment }) => moment === 'after' && (isNote(what) || isSend(what)))
  const last = effects.at(-1)?.what ?? ''
  const isAtSubscribe = crossings.at(-1)?.what === SUBSCRIBE || last === SUBSCRIBE || isUnderWay(crossings, SUBSCRIBE)
  const isAtSend = last === SEND || isUnderWay(crossings, SEND)
  return { repeats: isAtSend ? 1 : 0, unsure: isNote(last) || isAtSubscribe ? 1 : 0, more: 1 }
}

/** Begun before the last crossing, which was something else beside it. */
function isUnderWay(crossings: readonly Crossing[], call: string): boolean {
  const moments = crossings.slice(0, -1).filter(({ what }) => what === call)
  return moments.at(-1)?.moment === 'before'
}

const SEND = 'POST /cgi-bin/message/custom/send'
const SUBSCRIBE = 'POST /cgi-bin/message/subscribe/send'
const isSend = (what: string): boolean => what === SEND || what === SUBSCRIBE
const isNote = (what: string): boolean => what === 'PutItemCommand' || what === 'TransactWriteItemsCommand'

/** @throws {AssertionError} naming what is lost, done twice or left behind */
export async function checkEnding(world: ProcessWorld, ending: Ending, leeway: Leeway): Promise<void> {
  const items = await world.items(personKey(APP_ID, ending.openId))
  checkPushes(items, ending)
  checkWindow(items)
  const unsure = items.filter(({ outcome }) => outcome?.S === 'unsure').length
  ok(unsure <= leeway.unsure, `${unsure} unsure`)
  checkSeen(world.seen(ending.openId), ending, { ...leeway, unsure })
  checkPermits(world, items, ending)
  const refused = world.api.outbox().filter((call) => isRefusalTo(ending.openId, call)).length
  ok(refused <= (ending.refused ?? 0) + leeway.more, `${refused} refused`)
}

function checkPushes(items: readonly Item[], { failed = [], erased = [] }: Ending): void {
  const pushes = items.filter(({ kind }) => kind?.S === 'push')
  for (const push of pushes) {
    const state = isAmong(push, failed) ? 'failed' : 'done'
    equal(push.state?.S, state, `${push.message?.S} is ${push.state?.S}: ${push.reason?.S}`)
    equal(push.dueShard?.S ?? push.dueAtMs?.N, undefined, 'what is over is due')
    equal(push.expiresAtSec?.N, state === 'done' ? push.forgetAtSec?.N : undefined)
  }
  const empty = pushes.filter(({ body }) => body === undefined)
  deepEqual(empty.map(({ sk }) => sk?.S).sort(), erased.map(({ sk }) => sk).sort())
}

const isAmong = ({ sk }: Item, keys: readonly ItemKey[]): boolean => keys.some((key) => key.sk === sk?.S)

function checkWindow(items: readonly Item[]): void {
  const window = items.find(({ kind }) => kind?.S === 'window')
  deepEqual(window?.line?.L ?? [], [], 'somebody stands in line')
  equal(window?.work?.S, undefined, 'somebody is at work')
}

/** No two are the same: in order, each at least once; one of a customer service may come again right after, a subscribe message never. */
function checkSeen(
  seen: readonly string[],
  { sees, mayMiss }: Pick<Ending, 'sees' | 'mayMiss'>,
  { repeats, unsure }: Pick<Leeway, 'repeats' | 'unsure'>,
): void {
  const story = `saw ${seen.map(brief)}, not ${sees.map(brief)}`
  let [at, again, missing] = [0, 0, 0]
  for (const what of sees) {
    const isSubscribe = what.startsWith('subscribe ')
    if (seen[at] === what) at += 1
    else if (isSubscribe) missing += 1
    else ok(what === mayMiss, story)
    for (; !isSubscribe && again < repeats && seen[at] === what; at += 1) again += 1
  }
  equal(at, seen.length, story)
  ok(missing <= unsure, story)
}

const brief = (what: string): string => what.slice(0, 12)

/** Ours count what WeChat counts, but for those of which nobody knows whether they were spent. */
function checkPermits(world: ProcessWorld, items: readonly Item[], { openId, left = {} }: Ending): void {
  const theirs = world.api.state(openId).permits
  const missing = (template: string): number => (theirs[template] ?? 0) - (left[template] ?? 0)
  for (const [template, count] of Object.entries(left)) {
    const ours = items.find((item) => item.kind?.S === 'permit' && item.template?.S === template)
    equal(numberOf(ours?.remaining), count, `permits of ${template}`)
    ok(missing(template) === 0 || items.some(({ outcome }) => outcome?.S === 'unsure'), 'WeChat counts otherwise')
  }
}

const isRefusalTo = (openId: string, { body, answer }: { readonly body: unknown; readonly answer: unknown }): boolean =>
  memberOf(body, 'touser') === openId &&
  [45015, 45047].includes(Number(memberOf(answer, 'errcode'))) &&
  memberOf(body, 'command') === undefined

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined
