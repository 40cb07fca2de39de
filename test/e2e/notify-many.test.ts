import { afterAll, beforeAll, expect, it } from 'vitest'
import { atOnce } from '../../shared/kernel/at-once.ts'
import type { UserId } from '../../shared/kernel/ids.ts'
import { millis, toSeconds } from '../../shared/kernel/time.ts'
import { aPerson, cardsOf, notifyItemOf, type Person, permitsOf, questions } from '../support/notify-people.ts'
import { SEND, STATUS } from '../support/notify-stories.ts'
import { type NotifyWorld, notifyWorld } from '../support/notify-world.ts'

/** Another one makes another story. */
const SEED = 20_261_121
const PEOPLE = 1000
const MESSAGES = 5000
const PERMITS = 5
const LADDER = [60_000, 600_000, 3_600_000, 21_600_000]

/** From 0 to 1, the same at every run. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

let world: NotifyWorld
beforeAll(async () => {
  world = await notifyWorld()
})
afterAll(() => world.close())

const random = randomOf(SEED)

async function crowd(): Promise<{ readonly online: readonly Person[]; readonly offline: readonly Person[] }> {
  const people: Person[] = []
  await atOnce(20, Array.from({ length: PEOPLE }), async () => void people.push(await aPerson(world, PERMITS)))
  const [online, offline] = [people.slice(0, PEOPLE / 2), people.slice(PEOPLE / 2)]
  // Of every other one of them IM has told us that they came.
  await atOnce(20, online, async ({ userId }) => void (await world.im.setStatus(userId, 'Online')))
  await world.pass(60_000)
  return { online, offline }
}

/** Five to each on average, as function `im` keeps them; how many each person got. */
async function messages(people: readonly Person[], count: number): Promise<ReadonlyMap<UserId, number>> {
  const got = new Map<UserId, number>()
  const all = Array.from({ length: count }, (_, n) => {
    const { userId: to } = people[n < people.length ? n : Math.floor(random() * people.length)] ?? {
      userId: '' as UserId,
    }
    got.set(to, (got.get(to) ?? 0) + 1)
    return { to, from: `peer${n % 7}` as UserId, key: `${n}_${Math.floor(random() * 2 ** 32)}`, preview: `第${n}句` }
  })
  const sentAt = toSeconds(millis(world.now()))
  await atOnce(20, all, async (notice) => void (await world.notices.notice({ ...notice, sentAt })))
  return got
}

/** Everybody offline was told of all of it, nobody online of anything, and nobody before their cooldown was over. */
async function isFair(
  { online, offline }: Awaited<ReturnType<typeof crowd>>,
  got: ReadonlyMap<UserId, number>,
): Promise<void> {
  for (const person of online) expect(cardsOf(world, person)).toEqual([])
  for (const person of offline) {
    const cards = cardsOf(world, person)
    expect(cards.reduce((sum, { count }) => sum + count, 0)).toBe(got.get(person.userId) ?? 0)
    for (const [index, { at }] of cards.slice(1).entries()) {
      expect(at - (cards[index]?.at ?? 0)).toBeGreaterThanOrEqual(LADDER[index] ?? 0)
    }
    expect(await permitsOf(world, person)).toEqual([PERMITS - cards.length, PERMITS - cards.length])
    expect((await notifyItemOf(world, person))?.state?.S).toBe('done')
  }
}

/** Calls of WeChat that have no effect, in a row of their own each time; what a caller may not know the end of is left out. */
function weChatFails(): void {
  const hows = [{ status: 503 }, { errcode: -1 }, { errcode: 45009 }, { errcode: 43108 }]
  for (let n = 0; n < 24; n += 1) {
    const how = hows[n % hows.length]
    world.api.fail({ path: SEND, times: 1 + Math.floor(random() * 6), ...how })
  }
}

function imFails(): void {
  world.im.fail({ path: STATUS, times: 1, status: 502 })
  world.lose({ path: STATUS, times: 2, isHeard: false })
  world.im.fail({ path: STATUS, times: 1, errcode: 60007 })
}

/** So many instances die, each after some hundred crossings more; how many have by now. */
function sendDies(times: number): () => number {
  let [left, kills] = [200, 0]
  world.meet(() => {
    left -= 1
    if (left > 0 || kills >= times) return false
    kills += 1
    left = 300 + Math.floor(random() * 700)
    return true
  })
  return () => kills
}

it(`5,000 messages to 1,000 people, half of them online, while much fails (seed ${SEED})`, async () => {
  const people = await crowd()
  weChatFails()
  imFails()
  const kills = sendDies(10)
  const got = await messages([...people.online, ...people.offline], MESSAGES)
  await world.quiet()
  await isFair(people, got)
  expect(kills()).toBe(10)
  // All that IM was asked from the first message to the last card: in vain, after a kill, and once more after 45 s.
  expect(questions(world)).toBeLessThanOrEqual(10)
  expect(world.source.discarded()).toEqual([])
}, 240_000)
