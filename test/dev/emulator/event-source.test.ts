import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { type EventSource, type StreamEvent, startEventSource } from '../../../dev/emulator/event-source.ts'
import type { EventSourceSettings } from '../../../dev/emulator/event-source-settings.ts'
import { seconds } from '../../../shared/kernel/time.ts'
import { aClock, NOW } from '../../support/build.ts'
import { aRecord, someSettings } from '../../support/records.ts'

const started: EventSource[] = []

afterEach(() => {
  for (const source of started.splice(0)) source.close()
})

type Answer = (numbers: readonly number[], call: number) => unknown
const numbersOf = ({ Records }: StreamEvent): number[] => Records.map(({ dynamodb }) => Number(dynamodb.SequenceNumber))
const failing = (...numbers: readonly number[]) => ({
  batchItemFailures: numbers.map((number) => ({ itemIdentifier: String(number) })),
})

interface Run {
  readonly source: EventSource
  /** The sequence numbers of each invocation. */
  readonly calls: number[][]
  readonly pauses: number[]
  readonly clock: ReturnType<typeof aClock>
}

/** A source that waits for nothing, before a function in this process. */
function run(changes: Partial<EventSourceSettings> = {}, answer: Answer = () => null): Run {
  const calls: number[][] = []
  const pauses: number[] = []
  const clock = aClock()
  const source = startEventSource({
    settings: someSettings(changes),
    functionName: 'process',
    clock,
    sleep: async (ms) => void pauses.push(ms),
    invoke: async (event) => {
      calls.push(numbersOf(event))
      return answer(numbersOf(event), calls.length)
    },
  })
  started.push(source)
  return { source, calls, pauses, clock }
}

const dies = (): never => {
  throw new Error('killed')
}
const offer = ({ source }: Run, ...numbers: readonly number[]): void => {
  for (const n of numbers) source.offer(aRecord(n))
}

describe('startEventSource', () => {
  test('hands over what is there in batches, in order', async () => {
    const running = run({ batchSize: 3 })
    offer(running, 1, 2, 3, 4, 5, 6, 7)
    await running.source.idle()
    expect(running.calls).toEqual([[1, 2, 3], [4, 5, 6], [7]])
  })

  test('hands over records as they are', async () => {
    const events: StreamEvent[] = []
    const source = startEventSource({ settings: someSettings(), invoke: async (event) => events.push(event) })
    source.offer(aRecord(1))
    await source.idle()
    expect(events).toEqual([{ Records: [aRecord(1)] }])
  })

  test('lets in what any of the filters lets in, before it makes batches', async () => {
    const sk = (...rules: readonly unknown[]) => ({ dynamodb: { Keys: { sk: { S: rules } } } })
    const running = run({ batchSize: 2, filterPatterns: [sk('1', '4'), sk({ prefix: '6' })] })
    offer(running, 1, 2, 3, 4, 5, 6, 7)
    await running.source.idle()
    expect(running.calls).toEqual([[1, 4], [6]])
  })

  test('is idle when nothing came, and busy until all is done', async () => {
    const running = run()
    expect(running.source.isIdle()).toBe(true)
    await running.source.idle()
    offer(running, 1)
    expect(running.source.isIdle()).toBe(false)
    await running.source.idle()
    expect(running.source.isIdle()).toBe(true)
    expect(running.calls).toEqual([[1]])
  })

  test('takes what is offered while a batch is on its way, and right after', async () => {
    const running = run({}, ([first]) => {
      if (first === 1) offer(running, 2, 3)
    })
    offer(running, 1)
    await running.source.idle()
    offer(running, 4)
    await running.source.idle()
    expect(running.calls).toEqual([[1], [2, 3], [4]])
  })

  test('holds a batch back for the window, or until it is full', async () => {
    const waits: (() => void)[] = []
    const calls: number[][] = []
    const source = startEventSource({
      settings: someSettings({ batchSize: 3, batchWindowMs: 5000 }),
      invoke: async (event) => void calls.push(numbersOf(event)),
      sleep: (ms, signal) =>
        new Promise((done) => {
          expect(ms).toBe(5000)
          waits.push(done)
          signal.addEventListener('abort', () => done())
        }),
    })
    started.push(source)
    for (const n of [1, 2]) source.offer(aRecord(n))
    await expect.poll(() => waits.length).toBe(1)
    expect(calls).toEqual([])
    waits[0]?.()
    await source.idle()
    expect(calls).toEqual([[1, 2]])
    source.offer(aRecord(3))
    await expect.poll(() => waits.length).toBe(2)
    for (const n of [4, 5, 6]) source.offer(aRecord(n))
    await expect.poll(() => calls.length).toBe(2)
    expect(calls[1]).toEqual([3, 4, 5])
  })

  test('keeps a batch under 6 MB', async () => {
    const running = run({ batchSize: 100 })
    for (const n of [1, 2, 3]) running.source.offer(aRecord(n, { text: 'x'.repeat(2_500_000) }))
    await running.source.idle()
    expect(running.calls).toEqual([[1, 2], [3]])
  })

  test('works on several keys at once, and on one key in order', async () => {
    const finish: (() => void)[] = []
    const open: string[] = []
    const source = startEventSource({
      settings: someSettings({ parallelizationFactor: 10, batchSize: 1 }),
      invoke: ({ Records: [record] }) =>
        new Promise((done) => {
          open.push(String(record?.dynamodb.Keys.pk?.S))
          finish.push(() => done(null))
        }),
    })
    started.push(source)
    for (const n of [1, 2, 3]) for (const pk of ['a', 'b', 'c']) source.offer(aRecord(n, { pk }))
    await expect.poll(() => open.length).toBe(3)
    expect([...open].sort()).toEqual(['a', 'b', 'c'])
    while (!source.isIdle()) {
      for (const done of finish.splice(0)) done()
      await Promise.resolve()
    }
    expect(open).toHaveLength(9)
  })

  test('begins nothing after close, and no longer counts as busy', async () => {
    const running = run({ batchSize: 1 }, () => running.source.close())
    offer(running, 1, 2)
    await running.source.idle()
    offer(running, 3)
    await running.source.idle()
    expect(running.calls).toEqual([[1]])
  })

  test('leaves a real pause when it is closed', async () => {
    const source = startEventSource({
      settings: someSettings(),
      backoffMs: () => 1_000_000,
      invoke: async () => dies(),
    })
    source.offer(aRecord(1))
    const idle = source.idle()
    source.close()
    await idle
    expect(source.isIdle()).toBe(true)
  })
})

describe('a batch that fails', () => {
  test('is tried again as a whole, after longer and longer pauses, before anything else', async () => {
    const running = run({ batchSize: 2 }, (_, call) => (call < 8 ? dies() : null))
    offer(running, 1, 2, 3)
    await running.source.idle()
    expect(running.calls).toEqual([...Array(8).fill([1, 2]), [3]])
    expect(running.pauses).toEqual([50, 100, 200, 400, 800, 1600, 2000])
  })

  test('holds up no other lane', async () => {
    const source = startEventSource({
      settings: someSettings({ parallelizationFactor: 10 }),
      backoffMs: () => 0,
      invoke: async (event) => {
        const [record] = event.Records
        if (record?.dynamodb.Keys.pk?.S === 'a') dies()
        else done.push(...numbersOf(event))
      },
    })
    started.push(source)
    const done: number[] = []
    source.offer(aRecord(1, { pk: 'a' }))
    source.offer(aRecord(2, { pk: 'b' }))
    await expect.poll(() => done).toEqual([2])
  })

  test('goes to the failure destination after its attempts, and the lane goes on', async () => {
    const running = run({ batchSize: 2, maximumRetryAttempts: 2 }, ([first]) => (first === 1 ? dies() : null))
    offer(running, 1, 2, 3)
    await running.source.idle()
    expect(running.calls).toEqual([[1, 2], [1, 2], [1, 2], [3]])
    expect(running.source.discarded()).toEqual([
      {
        requestContext: {
          requestId: expect.stringMatching(/^[\da-f-]{36}$/),
          functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:process',
          condition: 'RetryAttemptsExhausted',
          approximateInvokeCount: 3,
        },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        version: '1.0',
        timestamp: '2025-10-09T08:53:20.000Z',
        DDBStreamBatchInfo: {
          shardId: expect.stringMatching(/^shardId-/),
          startSequenceNumber: '1',
          endSequenceNumber: '2',
          approximateArrivalOfFirstRecord: '2025-10-09T08:53:20Z',
          approximateArrivalOfLastRecord: '2025-10-09T08:53:20Z',
          batchSize: 2,
          streamArn: aRecord(1).eventSourceARN,
        },
      },
    ])
  })

  test('is not tried again when no attempt is allowed', async () => {
    const running = run({ maximumRetryAttempts: 0 }, dies)
    offer(running, 1)
    await running.source.idle()
    expect(running.calls).toEqual([[1]])
    expect(running.source.discarded()).toHaveLength(1)
  })

  test('is given up record by record when they are too old', async () => {
    const running = run({ maximumRecordAgeInSeconds: 60 }, () => {
      running.clock.advance(seconds(31))
      return dies()
    })
    running.source.offer(aRecord(1, { atSec: NOW - 40 }))
    running.source.offer(aRecord(2))
    await running.source.idle()
    expect(running.calls).toEqual([[1, 2], [2]])
    const given = running.source.discarded().map(({ requestContext, DDBStreamBatchInfo }) => ({
      condition: requestContext.condition,
      invokes: requestContext.approximateInvokeCount,
      from: DDBStreamBatchInfo.startSequenceNumber,
    }))
    expect(given).toEqual([
      { condition: 'RecordAgeExceeded', invokes: 1, from: '1' },
      { condition: 'RecordAgeExceeded', invokes: 2, from: '2' },
    ])
  })

  test('is not even tried when it came too old', async () => {
    const running = run({ maximumRecordAgeInSeconds: 60 })
    running.source.offer(aRecord(1, { atSec: NOW - 61 }))
    running.source.offer(aRecord(2, { atSec: NOW - 60 }))
    await running.source.idle()
    expect(running.calls).toEqual([[2]])
    const [discarded] = running.source.discarded()
    expect(discarded?.requestContext).toMatchObject({ condition: 'RecordAgeExceeded', approximateInvokeCount: 0 })
    expect(discarded).not.toHaveProperty('responseContext')
  })

  test('is halved until the record that fails is alone', async () => {
    const changes = { bisectBatchOnFunctionError: true, maximumRetryAttempts: 1 }
    const running = run(changes, (numbers) => (numbers.includes(3) ? dies() : null))
    offer(running, 1, 2, 3, 4, 5)
    await running.source.idle()
    expect(running.calls).toEqual([[1, 2, 3, 4, 5], [1, 2, 3], [1, 2], [3], [3], [4, 5]])
    const [discarded] = running.source.discarded()
    expect(discarded?.DDBStreamBatchInfo).toMatchObject({ startSequenceNumber: '3', endSequenceNumber: '3' })
  })
})

describe('ReportBatchItemFailures', () => {
  const reports = { reportsBatchItemFailures: true, maximumRetryAttempts: 1 }

  test('tries again from the first record named', async () => {
    const running = run(reports, (_, call) => (call === 1 ? failing(4, 3) : null))
    offer(running, 1, 2, 3, 4, 5)
    await running.source.idle()
    expect(running.calls).toEqual([
      [1, 2, 3, 4, 5],
      [3, 4, 5],
    ])
  })

  test.each<[string, unknown]>([
    ['an empty list', { batchItemFailures: [] }],
    ['no list', { batchItemFailures: null }],
    ['an empty answer', {}],
    ['null', null],
    ['nothing', undefined],
  ])('takes %s for success', async (_, answer) => {
    const running = run(reports, () => answer)
    offer(running, 1, 2)
    await running.source.idle()
    expect(running.calls).toEqual([[1, 2]])
  })

  test.each<[string, unknown]>([
    ['an empty identifier', naming('')],
    ['an unknown identifier', failing(9)],
    ['an unknown identifier beside a known one', failing(2, 9)],
    ['null for an identifier', naming(null)],
    ['another key', { batchItemFailures: [{ sequenceNumber: '2' }] }],
    ['no list', { batchItemFailures: 'all' }],
  ])('takes %s for a failure of the whole batch', async (_, answer) => {
    const running = run(reports, (_numbers, call) => (call === 1 ? answer : null))
    offer(running, 1, 2)
    await running.source.idle()
    expect(running.calls).toEqual([
      [1, 2],
      [1, 2],
    ])
  })

  test('gives up what is left after its attempts', async () => {
    const running = run(reports, () => failing(2))
    offer(running, 1, 2, 3)
    await running.source.idle()
    expect(running.calls).toEqual([
      [1, 2, 3],
      [2, 3],
    ])
    const [discarded] = running.source.discarded()
    expect(discarded?.responseContext?.functionError).toBeNull()
    expect(discarded?.DDBStreamBatchInfo).toMatchObject({ startSequenceNumber: '2', batchSize: 2 })
  })

  test('splits at the record named when it may split, which costs no attempt', async () => {
    const changes = { ...reports, maximumRetryAttempts: 0, bisectBatchOnFunctionError: true }
    const running = run(changes, (numbers) => (numbers.includes(3) ? failing(3) : null))
    offer(running, 1, 2, 3, 4)
    await running.source.idle()
    expect(running.calls).toEqual([[1, 2, 3, 4], [3, 4], [3], [4]])
    expect(running.source.discarded()).toHaveLength(1)
  })

  test('means nothing when it is not switched on', async () => {
    const running = run({}, () => failing(1))
    offer(running, 1)
    await running.source.idle()
    expect(running.calls).toEqual([[1]])
  })
})

function naming(itemIdentifier: unknown) {
  return { batchItemFailures: [{ itemIdentifier }] }
}

describe('whatever fails', () => {
  const failure = fc.constantFrom('dies', 'names one', 'nonsense', 'nothing')
  const scene = fc.record({
    keys: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 30 }),
    failures: fc.array(failure, { maxLength: 12 }),
    batchSize: fc.integer({ min: 1, max: 6 }),
    parallelizationFactor: fc.integer({ min: 1, max: 4 }),
    bisectBatchOnFunctionError: fc.boolean(),
    seed: fc.nat(),
  })

  test('every record is done at least once, and each key in its order', async () => {
    await fc.assert(
      fc.asyncProperty(scene, async ({ keys, failures, seed, ...settings }) => {
        const done: number[] = []
        const left = [...failures]
        /** What lies before the failure is done, as a function that dies in the middle has done it. */
        const invoke = async (event: StreamEvent): Promise<unknown> => {
          const numbers = numbersOf(event)
          const fails = left.shift() ?? 'nothing'
          const at = fails === 'nothing' ? numbers.length : seed % numbers.length
          await Promise.resolve()
          done.push(...numbers.slice(0, at))
          if (fails === 'dies') return dies()
          if (fails === 'nonsense') return failing(-1)
          return fails === 'nothing' ? null : failing(Number(numbers[at]))
        }
        const source = startEventSource({
          settings: someSettings({ ...settings, reportsBatchItemFailures: true }),
          sleep: async () => undefined,
          invoke,
        })
        for (const [n, pk] of keys.entries()) source.offer(aRecord(n, { pk }))
        await source.idle()
        expect([...new Set(done)].sort((a, b) => a - b)).toEqual([...keys.keys()])
        for (const key of new Set(keys)) {
          const own = done.filter((n) => keys[n] === key)
          const firsts = own.filter((n, index) => own.indexOf(n) === index)
          expect(firsts).toEqual([...firsts].sort((a, b) => a - b))
        }
        expect(source.discarded()).toEqual([])
      }),
    )
  })
})
