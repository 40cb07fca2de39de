import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { type EventSource, type StreamEvent, startEventSource } from '../../../dev/emulator/event-source.ts'
import { seconds } from '../../../shared/kernel/time.ts'
import { NOW } from '../../support/build.ts'
import { dies, failing, numbersOf, offer, runEventSource } from '../../support/event-source.ts'
import { aRecord, someSettings } from '../../support/records.ts'

const started: EventSource[] = []

afterEach(() => {
  for (const source of started.splice(0)) source.close()
})

describe('startEventSource', () => {
  test('hands over what is there in batches, in order', async () => {
    const running = runEventSource({ batchSize: 3 })
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
    const running = runEventSource({ batchSize: 2, filterPatterns: [sk('1', '4'), sk({ prefix: '6' })] })
    offer(running, 1, 2, 3, 4, 5, 6, 7)
    await running.source.idle()
    expect(running.calls).toEqual([[1, 4], [6]])
  })

  test('is idle when nothing came, and busy until all is done', async () => {
    const running = runEventSource()
    expect(running.source.isIdle()).toBe(true)
    await running.source.idle()
    offer(running, 1)
    expect(running.source.isIdle()).toBe(false)
    await running.source.idle()
    expect(running.source.isIdle()).toBe(true)
    expect(running.calls).toEqual([[1]])
  })

  test('takes what is offered while a batch is on its way, and right after', async () => {
    const running = runEventSource({}, ([first]) => {
      if (first === 1) offer(running, 2, 3)
    })
    offer(running, 1)
    await running.source.idle()
    offer(running, 4)
    await running.source.idle()
    expect(running.calls).toEqual([[1], [2, 3], [4]])
  })

  test('forgets nothing that is offered at whatever moment a batch ends', async () => {
    for (let turns = 0; turns < 20; turns += 1) {
      const running = runEventSource()
      offer(running, 1)
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
      offer(running, 2)
      await running.source.idle()
      expect(running.calls.flat()).toEqual([1, 2])
    }
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
    const running = runEventSource({ batchSize: 100 })
    for (const n of [1, 2, 3]) running.source.offer(aRecord(n, { text: 'x'.repeat(2_500_000) }))
    await running.source.idle()
    expect(running.calls).toEqual([[1, 2], [3]])
  })

  test('works on several items at once, and on one item in order', async () => {
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
    for (const n of [1, 2, 3]) for (const pk of ['a', 'b', 'c']) source.offer(aRecord(n, { pk, sk: 'a' }))
    await expect.poll(() => open.length).toBe(3)
    expect([...open].sort()).toEqual(['a', 'b', 'c'])
    while (!source.isIdle()) {
      for (const done of finish.splice(0)) done()
      await Promise.resolve()
    }
    expect(open).toHaveLength(9)
  })

  test('begins nothing after close, and no longer counts as busy', async () => {
    const running = runEventSource({ batchSize: 1 }, () => running.source.close())
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
    const running = runEventSource({ batchSize: 2 }, (_, call) => (call < 8 ? dies() : null))
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
    source.offer(aRecord(1, { pk: 'a', sk: 'a' }))
    source.offer(aRecord(2, { pk: 'b', sk: 'a' }))
    await expect.poll(() => done).toEqual([2])
  })

  test('goes to the failure destination after its attempts, and the lane goes on', async () => {
    const running = runEventSource({ batchSize: 2, maximumRetryAttempts: 2 }, ([first]) =>
      first === 1 ? dies() : null,
    )
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
    const running = runEventSource({ maximumRetryAttempts: 0 }, dies)
    offer(running, 1)
    await running.source.idle()
    expect(running.calls).toEqual([[1]])
    expect(running.source.discarded()).toHaveLength(1)
  })

  test('is given up record by record when they are too old', async () => {
    const running = runEventSource({ maximumRecordAgeInSeconds: 60 }, () => {
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
    const running = runEventSource({ maximumRecordAgeInSeconds: 60 })
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
    const running = runEventSource(changes, (numbers) => (numbers.includes(3) ? dies() : null))
    offer(running, 1, 2, 3, 4, 5)
    await running.source.idle()
    expect(running.calls).toEqual([[1, 2, 3, 4, 5], [1, 2, 3], [1, 2], [3], [3], [4, 5]])
    const [discarded] = running.source.discarded()
    expect(discarded?.DDBStreamBatchInfo).toMatchObject({ startSequenceNumber: '3', endSequenceNumber: '3' })
  })
})

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

  test('every record is done at least once, and each item in its order', async () => {
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
        for (const [n, pk] of keys.entries()) source.offer(aRecord(n, { pk, sk: 'a' }))
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
