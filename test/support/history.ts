import { equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { MESSAGED } from '../../dev/simulator/api/template.ts'
import type { OpenId, TemplateId } from '../../shared/kernel/ids.ts'
import type { Handler } from '../../shared/reply/handler.ts'
import { send } from '../../shared/reply/messages.ts'
import { rules, run } from '../../shared/reply/table.ts'
import { type ItemKey, personKey } from '../../shared/store/key.ts'
import { APP_ID } from './build.ts'
import { checkEnding } from './ending.ts'
import { aText, someone } from './people.ts'
import { type ProcessWorld, processWorld } from './process-world.ts'
import { accept } from './stories.ts'

/** What a person may write, and how many messages come back: no two words of a person are the same. */
const REPLIES = { 词: 1, 问: 2, 误: 1, 知: 1, 静: 0 } as const
type Word = keyof typeof REPLIES
const WORDS: readonly Word[] = ['词', '问', '误', '知', '静']

/** WeChat lets five through: three, and two that a disturbance may repeat. */
const MOST_REPLIES = 3
const MOST_DISTURBANCES = 2
const PEOPLE = 3
/** Of one kind that a person may write in one history. */
const MOST_WORDS = 40

type Step =
  | { readonly kind: 'write'; readonly by: number; readonly word: Word; readonly copies: number }
  | {
      readonly kind: 'fail'
      readonly path: string
      readonly times: number
      readonly how: Readonly<Record<string, number>>
    }
  | { readonly kind: 'refuse'; readonly moment: 'before' | 'after' }
  | { readonly kind: 'twin' | 'idle' }
  /** Strikes at a crossing from now on: an instance dies, a call breaks, or time has passed and a lease with it. */
  | { readonly kind: 'kill' | 'cut' | 'jump'; readonly after: number }

/** What each person allows, how they go on, and the end: everything is quiet. */
interface Phase {
  readonly allowed: readonly number[]
  readonly steps: readonly Step[]
}

export type History = readonly Phase[]

const numbered = (mark: string) => new RegExp(`^${mark}\\d+$`)

const RULES = rules({
  welcome: [],
  keywords: [
    ...Array.from({ length: MOST_WORDS }, (_, n) => ({ when: `词${n}`, reply: `词${n}。` })),
    { when: numbered('静'), reply: [] },
    { when: numbered('[问误知]'), reply: run('orderStatus', { tries: 20 }) },
  ],
  otherwise: { text: '不懂', image: [], miniprogrampage: [] },
  events: {},
})

/** What fails at first fails twice, by push. */
function handlerOf(): Handler {
  const failures = new Map<string, number>()
  return async ({ message, idempotencyKey }) => {
    const said = message.kind === 'text' ? message.content : ''
    if (said.startsWith('问')) return [send(`${said}甲`), send(`${said}乙`)]
    if (said.startsWith('知')) return [{ kind: 'subscribe', message: NOTICE }, send(`${said}。`)]
    const failed = failures.get(idempotencyKey) ?? 0
    failures.set(idempotencyKey, failed + 1)
    if (failed < 2) throw new Error('not yet')
    return [send(`${said}。`)]
  }
}

const NOTICE = {
  templateId: MESSAGED as TemplateId,
  data: { thing1: '小张', thing2: '已发货', time3: '2025年10月9日 16:53', number4: '1' },
}

const person = fc.nat({ max: PEOPLE - 1 })
const path = fc.constantFrom(
  '*',
  '/cgi-bin/stable_token',
  '/cgi-bin/message/custom/send',
  '/cgi-bin/message/subscribe/send',
)
const how = fc.constantFrom({ errcode: -1 }, { errcode: 45011 }, { errcode: 42001 }, { status: 503 })

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      by: person,
      word: fc.constantFrom(...WORDS),
      copies: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('fail' as const), path, times: fc.integer({ min: 1, max: 4 }), how }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('refuse' as const), moment: fc.constantFrom('before', 'after') }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('twin' as const, 'idle' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('kill' as const, 'cut' as const, 'jump' as const),
      after: fc.integer({ min: 1, max: 40 }),
    }),
  },
)

export const anyHistory: fc.Arbitrary<History> = fc.array(
  fc.record({
    allowed: fc.array(fc.nat({ max: 2 }), { minLength: PEOPLE, maxLength: PEOPLE }),
    steps: fc.array(step, { minLength: 1, maxLength: 12 }),
  }),
  { minLength: 1, maxLength: 3 },
)

/** A world that histories share; one in which something went wrong is not used again. */
export interface Stage {
  play(history: History): Promise<void>
  close(): Promise<void>
}

export function aStage(): Stage {
  let world: Promise<ProcessWorld> | undefined
  const breaking = { calls: 0 }
  const network =
    (given: typeof fetch): typeof fetch =>
    async (input, init) => {
      const breaks = breaking.calls > 0 && String(input).startsWith('http')
      if (breaks) breaking.calls -= 1
      const answer = await given(input, init)
      if (breaks)
        throw new TypeError('fetch failed', { cause: Object.assign(new Error('cut'), { code: 'ECONNRESET' }) })
      return answer
    }
  const close = async (): Promise<void> => {
    const old = await world
    world = undefined
    await old?.close()
  }
  return {
    close,
    play: async (history) => {
      world ??= processWorld({ rules: RULES, handlers: { orderStatus: handlerOf() }, network })
      try {
        breaking.calls = 0
        await new Play(await world, breaking).all(history)
      } catch (cause) {
        await close()
        throw cause
      }
    },
  }
}

/** What the model knows of a person: what they have written, and how many notices they allow. */
interface Person {
  readonly openId: OpenId
  /** With how many notices they had allowed by then. */
  readonly wrote: { readonly said: string; readonly key: ItemKey; readonly allowed: number }[]
  allowed: number
}

/** One history, beside a model that knows nothing of how it is done. */
class Play {
  readonly #world: ProcessWorld
  readonly #breaking: { calls: number }
  readonly #people: readonly Person[]
  #disturbances = 0

  constructor(world: ProcessWorld, breaking: { calls: number }) {
    this.#world = world
    this.#breaking = breaking
    this.#people = Array.from({ length: PEOPLE }, () => ({ openId: someone() as OpenId, wrote: [], allowed: 0 }))
  }

  async all(history: History): Promise<void> {
    await this.#world.cold()
    for (const phase of history) {
      await this.#phase(phase)
      for (const one of this.#people) await this.#check(one)
    }
  }

  async #phase({ allowed, steps }: Phase): Promise<void> {
    const strikes = this.#struck()
    const budget = this.#people.map(() => MOST_REPLIES)
    for (const [index, one] of this.#people.entries()) await this.#allow(one, allowed[index] ?? 0)
    await this.#world.quiet()
    let disturbances = 0
    for (const step of steps) {
      if (step.kind === 'write') await this.#write(step, budget)
      else if (step.kind === 'kill' || step.kind === 'cut' || step.kind === 'jump') {
        disturbances += 1
        if (disturbances <= MOST_DISTURBANCES) strikes.push(step)
      } else await this.#disturb(step)
    }
    await this.#world.quiet()
    this.#world.twin(false)
    this.#world.meet(() => false)
    this.#world.api.clearFailures()
  }

  /** Every record twice at once: what a person allows is counted once. */
  async #allow(one: Person, times: number): Promise<void> {
    for (let n = 0; n < times; n += 1) await this.#world.push(accept(this.#world, one.openId, MESSAGED), 2)
    one.allowed += times
  }

  /** What is to strike, and when: it counts the crossings from the moment at which it is told. */
  #struck(): { push(step: Extract<Step, { after: number }>): void } {
    const waiting: { kind: 'kill' | 'cut' | 'jump'; left: number }[] = []
    this.#world.meet(() => {
      for (const strike of waiting) strike.left -= 1
      const at = waiting.findIndex(({ left }) => left <= 0)
      const [strike] = at < 0 ? [] : waiting.splice(at, 1)
      if (strike === undefined) return false
      this.#disturbances += 1
      if (strike.kind === 'jump') this.#world.advance(360_000)
      if (strike.kind === 'cut') this.#breaking.calls += 1
      return strike.kind === 'kill'
    })
    return { push: ({ kind, after }) => void waiting.push({ kind, left: after }) }
  }

  async #write({ by, word, copies }: Extract<Step, { kind: 'write' }>, budget: number[]): Promise<void> {
    const one = this.#people[by]
    const left = (budget[by] ?? 0) - REPLIES[word]
    if (one === undefined || left < 0 || one.wrote.length >= MOST_WORDS) return
    budget[by] = left
    const said = `${word}${one.wrote.length}`
    const key = await this.#world.push(aText(one.openId, said), copies)
    one.wrote.push({ said, key, allowed: one.allowed })
  }

  async #disturb(step: Step): Promise<void> {
    if (step.kind === 'idle') await this.#world.idle()
    if (step.kind === 'twin') this.#world.twin(true)
    if (step.kind === 'refuse') this.#world.refuse(step.moment)
    if (step.kind === 'fail') this.#world.api.fail({ path: step.path, times: step.times, ...step.how })
  }

  async #check({ openId, wrote, allowed }: Person): Promise<void> {
    const items = await this.#world.items(personKey(APP_ID, openId))
    const sees: string[] = []
    let spent = 0
    for (const { said, key, allowed: by } of wrote) {
      const outcome = items.find(({ sk }) => sk?.S === key.sk)?.outcome?.S ?? 'lost'
      if (!said.startsWith('知')) equal(outcome, 'done', said)
      else if (outcome === 'no-permit') equal(by - spent, 0, `${said} was not sent, though it is allowed`)
      else {
        ok(by > spent, `${said} was sent, though nothing is allowed`)
        spent += 1
        sees.push(`subscribe ${MESSAGED}`)
      }
      sees.push(...repliesTo(said))
    }
    const permits = items.some(({ kind }) => kind?.S === 'permit') ? { left: { [MESSAGED]: allowed - spent } } : {}
    const leeway = { repeats: this.#disturbances, unsure: this.#disturbances, more: 0 }
    await checkEnding(this.#world, { openId, sees, ...permits }, leeway)
  }
}

/** Of a customer service, in order. */
function repliesTo(said: string): readonly string[] {
  if (said.startsWith('静')) return []
  return said.startsWith('问') ? [`${said}甲`, `${said}乙`] : [`${said}。`]
}
