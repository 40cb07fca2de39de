import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tickApp } from '../../../functions/tick/app.ts'
import { soonDue } from '../../../functions/tick/watch.ts'
import { jsonLog } from '../../../shared/kernel/log.ts'
import { type Clock, type Millis, millis, type Sleep, toMillis } from '../../../shared/kernel/time.ts'
import type { Due, Waiting } from '../../../shared/store/due.ts'
import { NOW } from '../../support/build.ts'

/** Due so many seconds from the beginning. */
const aWait = (dueInSec: number, n = 0): Waiting => ({
  key: { pk: `person-${n}`, sk: `due-${dueInSec}` },
  dueAt: millis(toMillis(NOW) + dueInSec * 1000),
  acceptedAt: toMillis(NOW),
})

interface Run {
  /** What was made ready, and how many seconds after the beginning. */
  readonly readied: string[]
  /** In seconds. */
  readonly sleeps: number[]
  readonly lines: Record<string, unknown>[]
  run(remainingSec?: number): ReturnType<ReturnType<typeof tickApp>>
}

interface Scene {
  readonly watchSec?: number
  /** How much less than asked for the n-th sleep sleeps, in milliseconds. */
  readonly early?: (nth: number) => number
  /** How long it takes to make one ready, in milliseconds. */
  readonly readyMs?: number
}

/** A tick of a table of which only that is known; time passes when it sleeps. */
function aTick(pages: readonly (readonly Waiting[])[], scene: Scene = {}): Run {
  const { watchSec = 50, early = () => 0, readyMs = 0 } = scene
  let now = toMillis(NOW)
  const clock: Clock = () => now
  const pass = (ms: number): void => {
    now = millis(now + ms)
  }
  const sleeps: number[] = []
  const sleep: Sleep = async (span) => {
    expect(span).toBeGreaterThan(0)
    sleeps.push(span / 1000)
    pass(Math.max(1, span - early(sleeps.length)))
  }
  const readied: string[] = []
  const due: Due = {
    waiting: async function* () {
      yield* pages
    },
    ready: async ({ sk }, at) => {
      expect(at).toBeLessThanOrEqual(now)
      readied.push(`${sk} at ${(at - toMillis(NOW)) / 1000}`)
      pass(readyMs)
      return true
    },
  }
  const lines: Record<string, unknown>[] = []
  const log = jsonLog({ threshold: 'info', clock, write: (line) => void lines.push(JSON.parse(line)) })
  const app = tickApp({ due, clock, log, watch: { span: millis(watchSec * 1000), sleep } })
  const run: Run['run'] = (remainingSec = 55) => {
    const end = now + remainingSec * 1000
    return app((): Millis => millis(end - now))
  }
  return { readied, sleeps, lines, run }
}

describe('the watch of tick', () => {
  it('makes ready what becomes due meanwhile, in due order and in its time', async () => {
    const tick = aTick([
      [aWait(-3), aWait(45)],
      [aWait(10), aWait(30)],
    ])
    expect(await tick.run()).toEqual({ readied: 4, waiting: 0, planned: 0, oldestMs: 0 })
    expect(tick.readied).toEqual(['due--3 at 0', 'due-10 at 10', 'due-30 at 30', 'due-45 at 45'])
    expect(tick.sleeps).toEqual([10, 20, 15])
  })

  it('is over at once when nothing is soon due', async () => {
    const tick = aTick([[aWait(-3), aWait(51), aWait(600)]])
    expect(await tick.run()).toMatchObject({ readied: 1, waiting: 2 })
    expect(tick.sleeps).toEqual([])
  })

  it('leaves to the next tick what becomes due after it', async () => {
    const tick = aTick([[aWait(50), aWait(50.001)]])
    expect(await tick.run()).toMatchObject({ readied: 1, waiting: 1 })
    expect(tick.readied).toEqual(['due-50 at 50'])
  })

  it('does not begin a sleep that would end in the last 5 s', async () => {
    const tick = aTick([[aWait(20), aWait(26)]])
    expect(await tick.run(30)).toMatchObject({ readied: 1, waiting: 1 })
    expect(tick.sleeps).toEqual([20])
  })

  it('stops in the middle of many when its time is nearly up', async () => {
    const tick = aTick([Array.from({ length: 100 }, (_, n) => aWait(20, n))], { readyMs: 100 })
    // Twenty-five at a time, 2.5 s each: after two of them there are 5 s, after three 2.5 s.
    expect(await tick.run(30)).toMatchObject({ readied: 75, waiting: 25 })
  })

  it('sleeps again when a timer goes off too early', async () => {
    const tick = aTick([[aWait(10)]], { early: (nth) => (nth === 1 ? 3 : 0) })
    expect(await tick.run()).toMatchObject({ readied: 1 })
    expect(tick.sleeps).toEqual([10, 0.003])
    expect(tick.readied).toEqual(['due-10 at 10'])
  })

  it('is switched off by 0 seconds', async () => {
    const tick = aTick([[aWait(0), aWait(1)]], { watchSec: 0 })
    expect(await tick.run()).toMatchObject({ readied: 1, waiting: 1 })
    expect(tick.sleeps).toEqual([])
  })

  it('tells once, at its end, and without what it made ready', async () => {
    const tick = aTick([[aWait(10), { ...aWait(20), acceptedAt: millis(toMillis(NOW) - 7000) }]])
    await tick.run()
    expect(tick.lines).toMatchObject([{ event: 'tick.done', readied: 2, waiting: 0, planned: 0, oldestMs: 7000 }])
  })

  it('makes each ready once, never before it is due, and all that it has time for', async () => {
    const spans = fc.array(fc.integer({ min: -100, max: 120 }), { maxLength: 80 })
    await fc.assert(
      fc.asyncProperty(spans, fc.integer({ min: 1, max: 10 }), async (dueInSec, perPage) => {
        const items = dueInSec.map((span, n) => aWait(span, n))
        const pages = Array.from({ length: Math.ceil(items.length / perPage) }, (_, at) =>
          items.slice(at * perPage, (at + 1) * perPage),
        )
        const tick = aTick(pages)
        const result = await tick.run()
        const soon = dueInSec.filter((span) => span <= 50)
        expect(result).toMatchObject({ readied: soon.length, waiting: items.length - soon.length })
        for (const line of tick.readied) {
          const [, due, at] = /^due-(-?\d+) at (\d+)$/.exec(line) ?? []
          expect(Number(at)).toBe(Math.max(0, Number(due)))
        }
      }),
    )
  })
})

describe('soonDue', () => {
  it('keeps no more in mind than it can, and those that are due first', () => {
    const many = Array.from({ length: 6000 }, (_, n) => aWait(6000 - n, n))
    const kept = soonDue(many, millis(toMillis(NOW) + 10_000_000))
    expect(kept).toHaveLength(5000)
    expect([kept[0]?.key.sk, kept.at(-1)?.key.sk]).toEqual(['due-1', 'due-5000'])
  })
})
