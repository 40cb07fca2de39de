import { afterEach, describe, expect, test } from 'vitest'
import { type EventSource, type StreamEvent, startEventSource } from '../../../dev/emulator/event-source.ts'
import type { EventSourceSettings } from '../../../dev/emulator/event-source-settings.ts'
import { type StackClock, stackClock } from '../../../dev/emulator/stack-clock.ts'
import { toMillis } from '../../../shared/kernel/time.ts'
import { NOW } from '../../support/build.ts'
import { dies, numbersOf } from '../../support/event-source.ts'
import { aRecord, someSettings } from '../../support/records.ts'

const WINDOW = 10_000
const started: EventSource[] = []

afterEach(() => {
  for (const source of started.splice(0)) source.close()
})

interface Run {
  readonly source: EventSource
  readonly time: StackClock
  /** What was handed over, by number. */
  readonly calls: number[][]
  /** How long each sleep would have been. */
  readonly sleeps: number[]
  /** Real time has passed: the last sleep is over. */
  wake(): void
  offer(...numbers: readonly number[]): void
  /** All that can happen has happened. */
  quiet(): Promise<void>
}

type Invoke = (event: StreamEvent, call: number) => Promise<unknown>

/** A source whose sleeps end when they are told to; real time stands still. */
function run(changes: Partial<EventSourceSettings> = {}, invoke: Invoke = async () => null): Run {
  const time = stackClock(() => toMillis(NOW))
  const calls: number[][] = []
  const sleeps: number[] = []
  let wake = (): void => undefined
  const source = startEventSource({
    settings: someSettings({ batchWindowMs: WINDOW, ...changes }),
    clock: time.clock,
    sleep: (ms, signal) =>
      new Promise((done) => {
        sleeps.push(ms)
        wake = done
        if (signal.aborted) done()
        signal.addEventListener('abort', () => done())
      }),
    invoke: async (event) => {
      calls.push(numbersOf(event))
      return await invoke(event, calls.length)
    },
  })
  started.push(source)
  return {
    source,
    time,
    calls,
    sleeps,
    wake: () => wake(),
    offer: (...numbers) => {
      for (const n of numbers) source.offer(aRecord(n))
    },
    quiet: () => new Promise((done) => setImmediate(done)),
  }
}

/** Moves the clock as the stack does. */
async function advance({ time, source }: Run, ms: number): Promise<void> {
  time.advance(ms)
  await source.catchUp()
}

describe('a batch window', () => {
  test('ends by real time when nobody moves the clock', async () => {
    const window = run()
    window.offer(1, 2)
    await window.quiet()
    expect([window.sleeps, window.calls]).toEqual([[WINDOW], []])
    window.wake()
    await window.quiet()
    expect(window.calls).toEqual([[1, 2]])
    expect(window.source.isIdle()).toBe(true)
  })

  test('ends when the clock is moved past it, and the move waits for the invocation', async () => {
    const done: number[][] = []
    const window = run({}, async (event) => {
      await new Promise((later) => setImmediate(later))
      done.push(numbersOf(event))
    })
    window.offer(1, 2)
    await window.quiet()
    await advance(window, WINDOW)
    expect(done).toEqual([[1, 2]])
  })

  test('lasts for what is left of it when the clock is moved by less', async () => {
    const window = run()
    window.offer(1)
    await window.quiet()
    await advance(window, 4000)
    window.offer(2)
    await advance(window, 5999)
    await window.quiet()
    expect([window.sleeps, window.calls]).toEqual([[10_000, 6000, 1], []])
    await advance(window, 1)
    expect(window.calls).toEqual([[1, 2]])
  })

  test('is full before its end as ever', async () => {
    const window = run({ batchSize: 3 })
    window.offer(1)
    await window.quiet()
    await advance(window, 4000)
    window.offer(2, 3, 4)
    await window.quiet()
    expect(window.calls).toEqual([[1, 2, 3]])
    expect(window.sleeps.at(-1)).toBe(WINDOW)
  })

  test('does not begin anew for what came while a batch was on its way and the clock was moved', async () => {
    let finish = (): void => undefined
    const window = run({}, (_, call) =>
      call > 1 ? Promise.resolve() : new Promise((done) => (finish = () => done(null))),
    )
    window.offer(1)
    await window.quiet()
    window.wake()
    await window.quiet()
    window.offer(2)
    await advance(window, WINDOW)
    finish()
    await window.quiet()
    expect(window.calls).toEqual([[1], [2]])
  })

  test('leaves the pauses between tries alone', async () => {
    const paused = run({ batchWindowMs: 0 }, async (_, call) => (call === 1 ? dies() : null))
    paused.offer(1)
    await paused.quiet()
    await advance(paused, 3_600_000)
    await paused.quiet()
    expect([paused.sleeps, paused.calls]).toEqual([[50], [[1]]])
    paused.wake()
    await paused.quiet()
    expect(paused.calls).toEqual([[1], [1]])
  })

  test('does not hold back what came between a move and its end', async () => {
    const window = run()
    await advance(window, 60_000)
    window.offer(1, 2)
    await window.quiet()
    expect(window.calls).toEqual([])
    window.source.release()
    await window.quiet()
    expect(window.calls).toEqual([[1, 2]])
  })

  test('holds back what came before a move that was too short, to its end', async () => {
    const window = run()
    window.offer(1)
    await window.quiet()
    await advance(window, 1000)
    window.source.release()
    await window.quiet()
    expect(window.calls).toEqual([])
    expect(window.source.isIdle()).toBe(false)
  })

  test('is the same as ever after something was not held back', async () => {
    const window = run()
    await advance(window, 60_000)
    window.offer(1)
    window.source.release()
    await window.quiet()
    window.offer(2)
    await window.quiet()
    expect(window.calls).toEqual([[1]])
  })

  test('ends when somebody waits for the source to be idle, and so does the next', async () => {
    const window: Run = run({}, async (_, call) => {
      if (call <= 3) window.offer(call + 10)
    })
    window.offer(1, 2)
    await window.source.idle()
    expect(window.calls).toEqual([[1, 2], [11], [12], [13]])
  })

  test('is left when the source is closed, and hands over nothing', async () => {
    const window = run()
    window.offer(1)
    await window.quiet()
    window.source.close()
    await advance(window, WINDOW)
    await window.quiet()
    expect(window.calls).toEqual([])
  })
})
