import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { type LocalFunction, startFunction } from '../../../dev/emulator/runtime.ts'
import { stackClock } from '../../../dev/emulator/stack-clock.ts'

const folder = mkdtempSync(join(tmpdir(), 'runtime-'))
const started: LocalFunction[] = []
let count = 0

afterEach(() => Promise.all(started.splice(0).map((running) => running.close())))
afterAll(() => rmSync(folder, { recursive: true }))

interface Running extends LocalFunction {
  readonly bundle: string
  readonly log: readonly string[]
}

function run(
  source: string,
  environment: Record<string, string> = {},
  timeoutMs = 5000,
  clock = stackClock().buffer,
): Running {
  const bundle = join(folder, `bundle-${count++}.cjs`)
  writeFileSync(bundle, source)
  const log: string[] = []
  const running = startFunction({ name: 'f', bundle, environment, timeoutMs, clock, onLog: (text) => log.push(text) })
  started.push(running)
  return { ...running, bundle, log }
}

/** Answers its own number among the events of this instance, and the instance's thread. */
const COUNTER = `
  const { threadId } = require('node:worker_threads')
  let seen = 0
  exports.handler = async (event) => {
    await new Promise((done) => setTimeout(done, event.waitMs ?? 0))
    return { seen: ++seen, threadId }
  }`

interface Counted {
  readonly seen: number
  readonly threadId: number
}
const invoke = async (running: LocalFunction, event: unknown = {}) => (await running.invoke(event)) as Counted

describe('startFunction', () => {
  test('hands the event and a context to the handler and its result back', async () => {
    const { invoke } = run(
      'exports.handler = async (event, context) => ({ event, context, left: context.getRemainingTimeInMillis() })',
    )
    expect(await invoke({ text: '你好', list: [1, null] })).toEqual({
      event: { text: '你好', list: [1, null] },
      context: expect.objectContaining({ functionName: 'f', awsRequestId: expect.stringMatching(/^[\da-f-]{36}$/) }),
      left: expect.toSatisfy((left: number) => left > 4000 && left <= 5000),
    })
  })

  test('answers null for nothing, as JSON does', async () => {
    expect(await run('exports.handler = async () => {}').invoke({})).toBeNull()
  })

  test('gives the instance its own environment and nothing of this process', async () => {
    expect(process.env.PATH).toBeDefined()
    const { invoke } = run('exports.handler = async () => process.env', { SETTING: 'yes' })
    expect(await invoke({})).toEqual({ SETTING: 'yes' })
  })

  test('keeps an instance warm for the next event', async () => {
    const running = run(COUNTER)
    await running.ready()
    const first = await invoke(running)
    const second = await invoke(running)
    expect(second).toEqual({ seen: 2, threadId: first.threadId })
  })

  test('runs three events at once in three instances', async () => {
    const running = run(COUNTER)
    await running.ready()
    const events = [1, 2, 3].map(() => invoke(running, { waitMs: 200 }))
    const threads = (await Promise.all(events)).map(({ threadId }) => threadId)
    expect(new Set(threads).size).toBe(3)
  })

  test('runs ten at once; an eleventh waits for a warm one', async () => {
    const running = run(COUNTER)
    const events = Array.from({ length: 25 }, () => invoke(running, { waitMs: 20 }))
    const threads = (await Promise.all(events)).map(({ threadId }) => threadId)
    expect(new Set(threads).size).toBeLessThanOrEqual(10)
  }, 20_000)

  test('hands on what is written to both streams, before the answer', async () => {
    const { invoke, log } = run(`exports.handler = async () => {
      console.log('to %s', 'out')
      console.error('to error')
      process.stdout.write(Buffer.from('bytes\\n'))
      return 1
    }`)
    await invoke({})
    expect(log).toEqual(['to out\n', 'to error\n', 'bytes\n'])
  })
})

describe('the time of an instance', () => {
  const SOURCE = `exports.handler = async () => {
    const now = new Date()
    class Moment extends Date {}
    return {
      now: Date.now(), made: now.getTime(), text: Date.parse(Date()), derived: new Moment().getTime(),
      given: [new Date(5).getTime(), Date.UTC(1970, 0), new Date('1970-01-01T00:00:01Z').getTime(), new Date(1970, 0).getFullYear()],
      isDate: now instanceof Date && structuredClone(now) instanceof Date && now.constructor === Date && new Moment() instanceof Moment,
    }
  }`

  test('is the stack’s, and moves with it while the instance is warm', async () => {
    const time = stackClock()
    const { invoke } = run(SOURCE, {}, 5000, time.buffer)
    for (const moved of [0, 86_400_000]) {
      time.advance(moved)
      const before = time.clock()
      const seen = (await invoke({})) as Record<'now' | 'made' | 'text' | 'derived', number>
      for (const name of ['now', 'made', 'derived'] as const) {
        expect(seen[name]).toBeGreaterThanOrEqual(before)
        expect(seen[name]).toBeLessThanOrEqual(time.clock())
      }
      expect(Math.abs(seen.text - before)).toBeLessThan(60_000)
      expect(seen).toMatchObject({ given: [5, 0, 1000, 1970], isDate: true })
    }
  })

  test('leaves the deadline of an invocation alone', async () => {
    const time = stackClock()
    time.advance(86_400_000)
    const source = 'exports.handler = async (event, context) => context.getRemainingTimeInMillis()'
    expect(await run(source, {}, 5000, time.buffer).invoke({})).toBeGreaterThan(4000)
  })
})

describe('an invocation that fails', () => {
  test('with a throw says what was thrown, and the instance stays', async () => {
    const running = run(`let seen = 0
      exports.handler = async ({ fail }) => { seen += 1; if (fail) throw new RangeError('too far'); return seen }`)
    await expect(running.invoke({ fail: true })).rejects.toMatchObject({ errorType: 'RangeError', message: 'too far' })
    expect(running.log.join('')).toContain('"errorMessage":"too far"')
    await running.ready()
    const answers = [await running.invoke({}), await running.invoke({})]
    expect(answers).toContain(2)
  })

  test('with a time-out ends the instance, even in an endless loop', async () => {
    const running = run(
      'let seen = 0; exports.handler = async ({ loop }) => { seen += 1; while (loop); return seen }',
      {},
      300,
    )
    await running.ready()
    await expect(running.invoke({ loop: true })).rejects.toMatchObject({
      errorType: 'Sandbox.Timedout',
      message: 'Task timed out after 0.30 seconds',
    })
    expect(await running.invoke({})).toBe(1)
  })

  test('with process.exit is an exit error, and the next one finds a fresh instance', async () => {
    const running = run(
      'let seen = 0; exports.handler = async ({ leave }) => { seen += 1; if (leave) process.exit(3); return seen }',
    )
    await running.ready()
    await expect(running.invoke({ leave: true })).rejects.toMatchObject({
      errorType: 'Runtime.ExitError',
      message: 'Runtime exited with error: exit status 3',
    })
    expect(await running.invoke({})).toBe(1)
  })

  test.each([
    ['an exception outside the handler', "setImmediate(() => { throw new TypeError('stray') })", 'TypeError'],
    ['a rejection nobody awaits', "Promise.reject(new SyntaxError('stray'))", 'SyntaxError'],
  ])('with %s ends the instance', async (_, stray, errorType) => {
    const running = run(`let seen = 0
      exports.handler = async ({ fail }) => { seen += 1; if (!fail) return seen; ${stray}; await new Promise(() => {}) }`)
    await running.ready()
    await expect(running.invoke({ fail: true })).rejects.toMatchObject({ errorType, message: 'stray' })
    expect(await running.invoke({})).toBe(1)
  })

  test('with a result that JSON does not know is a marshal error', async () => {
    await expect(run('exports.handler = async () => 1n').invoke({})).rejects.toMatchObject({
      errorType: 'Runtime.MarshalError',
    })
  })
})

describe('kill', () => {
  test('stops every instance in the middle; the next event finds a fresh one', async () => {
    const running = run(COUNTER)
    await running.ready()
    const hanging = [1, 2].map(() => running.invoke({ waitMs: 60_000 }))
    const ended = Promise.allSettled(hanging)
    running.kill()
    for (const outcome of await ended) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { errorType: 'Runtime.ExitError' } })
    }
    expect(await invoke(running)).toMatchObject({ seen: 1 })
  })

  test('does not lose those who wait for an instance', async () => {
    const running = run(COUNTER)
    await running.ready()
    const busy = Array.from({ length: 10 }, () => running.invoke({ waitMs: 60_000 }))
    const ended = Promise.allSettled(busy)
    const waiting = [invoke(running), invoke(running)]
    running.kill()
    expect(await Promise.all(waiting)).toHaveLength(2)
    expect((await ended).every(({ status }) => status === 'rejected')).toBe(true)
  }, 20_000)

  test('close refuses what comes after it', async () => {
    const running = run(COUNTER)
    await running.close()
    await expect(running.invoke({})).rejects.toThrow('f is closed')
  })
})

describe('a bundle that does not load', () => {
  test.each([
    ['throws', "throw new Error('SETTINGS_INVALID missing=A')", 'Error', 'SETTINGS_INVALID missing=A'],
    ['is not JavaScript', 'exports.handler = (', 'SyntaxError', 'Unexpected'],
    ['exits', 'process.exit(4)', 'Runtime.ExitError', 'exit status 4'],
    ['has no handler', 'exports.main = async () => {}', 'Runtime.HandlerNotFound', 'no function named handler'],
    ['takes a callback', 'exports.handler = (e, c, done) => {}', 'Runtime.CallbackHandlerDeprecated', 'callback'],
  ])('because it %s is known at once and at every invocation', async (_, source, errorType, message) => {
    const running = run(source)
    const error = expect.objectContaining({ errorType, message: expect.stringContaining(message) })
    await expect(running.ready()).rejects.toEqual(error)
    await expect(running.invoke({})).rejects.toEqual(error)
  })

  test('is tried anew', async () => {
    const running = run("throw new Error('broken')")
    await expect(running.ready()).rejects.toThrow('broken')
    writeFileSync(running.bundle, "exports.handler = async () => 'mended'")
    expect(await running.invoke({})).toBe('mended')
  })
})
