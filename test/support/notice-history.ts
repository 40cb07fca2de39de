import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { MESSAGED } from '../../dev/simulator/api/template.ts'
import type { SentCallback } from '../../dev/simulator/im/callback-sender.ts'
import type { Message } from '../../dev/simulator/im/message.ts'
import { aPerson, cardsOf, notifyItemOf, type Person, permitsOf } from './notify-people.ts'
import { SEND, STATUS } from './notify-stories.ts'
import { type NotifyWorld, notifyWorld } from './notify-world.ts'
import { accept } from './stories.ts'

const PEOPLE = 2
const PEERS = ['alice', 'bob']
/** NOTIFY_COOLDOWNS, as it is unless somebody sets it. */
const LADDER = [60_000, 600_000, 3_600_000, 21_600_000]

type Act = 'login' | 'logout' | 'background' | 'accept' | 'recall' | 'copy'

type NoticeStep =
  | { readonly kind: 'message' | 'read'; readonly to: number; readonly from: number }
  | { readonly kind: Act; readonly to: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | {
      readonly kind: 'fail'
      readonly path: string
      readonly times: number
      readonly how: Readonly<Record<string, number>>
    }
  | { readonly kind: 'silence'; readonly times: number }
  | { readonly kind: 'kill'; readonly after: number }

export type NoticeHistory = readonly NoticeStep[]

const to = fc.nat({ max: PEOPLE - 1 })
const from = fc.nat({ max: PEERS.length - 1 })

const step: fc.Arbitrary<NoticeStep> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('message' as const), to, from }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('read' as const), to, from }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom<Act[]>('login', 'logout', 'background', 'accept', 'recall', 'copy'),
      to,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.constantFrom(1_000, 5_000, 12_000, 30_000, 50_000, 70_000, 700_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fail' as const),
      path: fc.constantFrom(SEND, STATUS),
      times: fc.integer({ min: 1, max: 3 }),
      how: fc.constantFrom({ errcode: -1 }, { errcode: 43108 }, { status: 503 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('silence' as const), times: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('kill' as const), after: fc.integer({ min: 1, max: 40 }) }) },
)

export const anyNoticeHistory: fc.Arbitrary<NoticeHistory> = fc.array(step, { minLength: 3, maxLength: 25 })

/** A world that histories share; one in which something went wrong is not used again. */
export function aNoticeStage() {
  let world: Promise<NotifyWorld> | undefined
  const close = async (): Promise<void> => {
    const old = await world
    world = undefined
    await old?.close()
  }
  return {
    close,
    play: async (history: NoticeHistory): Promise<void> => {
      world ??= notifyWorld()
      try {
        await new Play(await world).all(history)
      } catch (cause) {
        await close()
        throw cause
      }
    },
  }
}

/** A message, and when it needed no telling any more. */
interface Sent {
  readonly at: number
  readonly message: Message
  readonly callback: SentCallback | undefined
  endedAt: number
}

interface Known {
  readonly person: Person
  readonly sent: Sent[]
  /** When they were seen: logged in, or allowed a message, or read. */
  readonly seenAt: number[]
  /** From when on they have been away for good: what comes then is missed. */
  offlineSince: number
  allowed: number
}

/** One history, beside a model that knows who was where and saw what, and nothing of how people are told. */
class Play {
  readonly #world: NotifyWorld
  readonly #known: Known[] = []

  constructor(world: NotifyWorld) {
    this.#world = world
  }

  async all(history: NoticeHistory): Promise<void> {
    const world = this.#world
    await world.cold()
    const kills: number[] = []
    world.meet(() => {
      for (const place of kills.keys()) kills[place] = (kills[place] ?? 0) - 1
      const at = kills.findIndex((left) => left <= 0)
      if (at >= 0) kills.splice(at, 1)
      return at >= 0
    })
    for (let n = 0; n < PEOPLE; n += 1) {
      const person = await aPerson(world, 2)
      this.#known.push({ person, sent: [], seenAt: [world.now()], offlineSince: world.now(), allowed: 2 })
    }
    await world.pass(1000)
    for (const each of history) {
      if (each.kind === 'kill') kills.push(each.after)
      else await this.#do(each)
    }
    await world.quiet()
    world.meet(() => false)
    world.mend()
    for (const known of this.#known) await this.#check(known)
  }

  async #do(step: Exclude<NoticeStep, { kind: 'kill' }>): Promise<void> {
    const world = this.#world
    if (step.kind === 'pass') return await world.pass(step.ms)
    if (step.kind === 'fail') return this.#fail(step)
    if (step.kind === 'silence') return world.lose({ path: STATUS, times: step.times, isHeard: false })
    const known = this.#known[step.to]
    if (known === undefined) return
    if (step.kind === 'message') await this.#message(known, PEERS[step.from] ?? '')
    else if (step.kind === 'read') await this.#read(known, PEERS[step.from] ?? '')
    else await this.#act(known, step.kind)
    // What comes in the same second may as well have been seen.
    if (step.kind !== 'message') await world.pass(1000)
  }

  #fail({ path, times, how }: Extract<NoticeStep, { kind: 'fail' }>): void {
    const { im, api } = this.#world
    if (path === SEND) api.fail({ path, times, ...how })
    else im.fail({ path, times, status: 502 })
  }

  async #message({ person, sent }: Known, from: string): Promise<void> {
    const at = this.#world.now()
    const text = `第${sent.length}句`
    const { message, after } = await this.#world.im.sendMessage({ from, to: person.userId, text })
    sent.push({ at, message, callback: after, endedAt: Number.POSITIVE_INFINITY })
  }

  async #read(known: Known, from: string): Promise<void> {
    await this.#world.im.read(known.person.userId, from)
    const now = this.#world.now()
    known.seenAt.push(now)
    end(
      known.sent.filter(({ message }) => message.from === from),
      now,
    )
  }

  async #act(known: Known, act: Act): Promise<void> {
    const { im, push } = this.#world
    const { userId, openId } = known.person
    const last = known.sent.at(-1)
    if (act === 'copy' && last?.callback !== undefined) await im.redeliver(last.callback)
    if (act === 'recall' && last !== undefined) {
      await im.recall(last.message)
      end([last], this.#world.now())
    }
    if (act === 'background') {
      if (im.presenceOf(userId).status !== 'Online') return
      await im.goToBackground(userId)
      known.offlineSince = Math.min(known.offlineSince, this.#world.now())
    }
    if (act === 'logout') {
      await im.logout(userId)
      known.offlineSince = Math.min(known.offlineSince, this.#world.now())
    }
    if (act === 'login') await this.#login(known)
    if (act === 'accept') {
      await this.#world.pass(1000)
      await push(accept(this.#world, openId, MESSAGED))
      known.allowed += 1
      this.#saw(known)
    }
  }

  /** Who comes back from the background before IM has noticed tells it nothing. */
  async #login(known: Known): Promise<void> {
    const told = await this.#world.im.comeOnline(known.person.userId)
    known.offlineSince = Number.POSITIVE_INFINITY
    if (told.length > 0) this.#saw(known)
  }

  #saw(known: Known): void {
    known.seenAt.push(this.#world.now())
    end(known.sent, this.#world.now())
  }

  async #check(known: Known): Promise<void> {
    const { person, sent, allowed } = known
    const cards = cardsOf(this.#world, person)
    this.#atMost(known)
    const [ours, theirs] = await permitsOf(this.#world, person)
    equal(theirs, allowed - cards.length, 'WeChat counts otherwise')
    equal(ours, theirs, 'we count otherwise')
    const item = await notifyItemOf(this.#world, person)
    deepEqual([item?.sending, item?.dueShard], [undefined, undefined], 'somebody waits for ever')
    const missed = sent.filter(({ at, endedAt }) => endedAt === Number.POSITIVE_INFINITY && at >= known.offlineSince)
    const told = cards.reduce((sum, { count }) => sum + count, 0)
    if (ours > 0) ok(told >= missed.length, `${missed.length} missed, ${told} told`)
  }

  /** Never more than there was to tell, and never before the cooldown was over. */
  #atMost({ person, sent, seenAt }: Known): void {
    let [step, before] = [0, 0]
    let untold = [...sent]
    for (const { at, count } of cardsOf(this.#world, person)) {
      const open = untold.filter((each) => each.at <= at && each.endedAt >= at)
      ok(count <= open.length, `a card of ${count} at ${at}, when ${open.length} were open`)
      step = seenAt.some((seen) => seen >= before && seen <= at) ? 0 : step
      if (step > 0) ok(at - before >= (LADDER[step - 1] ?? 0), `a card ${at - before} ms after the ${step}. one`)
      ;[step, before] = [step + 1, at]
      untold = untold.filter((each) => !open.slice(0, count).includes(each))
    }
  }
}

const end = (some: readonly Sent[], at: number): void => {
  for (const each of some) each.endedAt = Math.min(each.endedAt, at)
}
