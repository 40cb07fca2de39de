import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Schedule, type ScheduledEvent, startSchedule } from '../../../dev/emulator/schedule.ts'
import { seconds } from '../../../shared/kernel/time.ts'
import { aClock } from '../../support/build.ts'

const MINUTE = 60_000
let schedule: Schedule | undefined

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  schedule?.close()
  vi.useRealTimers()
})

function start(invoke: () => Promise<unknown> = async () => null) {
  const events: ScheduledEvent[] = []
  const clock = aClock()
  schedule = startSchedule({
    functionName: 'tick',
    everyMs: MINUTE,
    clock,
    invoke: async (event) => {
      events.push(event)
      return await invoke()
    },
  })
  return { schedule, events, clock }
}

describe('startSchedule', () => {
  test('invokes with EventBridge’s event', async () => {
    const { schedule, events, clock } = start()
    clock.advance(seconds(60))
    await schedule.catchUp()
    expect(events).toEqual([
      {
        version: '0',
        id: expect.stringMatching(/^[\da-f-]{36}$/),
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        account: '000000000000',
        time: '2025-10-09T08:54:20Z',
        region: 'us-east-1',
        resources: ['arn:aws:events:us-east-1:000000000000:rule/tick'],
        detail: {},
      },
    ])
  })

  test('invokes once for any number of missed times, and keeps its pace', async () => {
    const { schedule, events, clock } = start()
    clock.advance(seconds(630))
    await schedule.catchUp()
    expect(events).toHaveLength(1)
    clock.advance(seconds(29))
    await vi.advanceTimersByTimeAsync(29_999)
    expect(events).toHaveLength(1)
    clock.advance(seconds(1))
    await vi.advanceTimersByTimeAsync(1)
    expect(events).toHaveLength(2)
  })

  test('invokes before its time when it is to catch up, and keeps its pace', async () => {
    const { schedule, events, clock } = start()
    clock.advance(seconds(45))
    await schedule.catchUp()
    expect(events.map(({ time }) => time)).toEqual(['2025-10-09T08:54:05Z'])
    clock.advance(seconds(15))
    await vi.advanceTimersByTimeAsync(15_000)
    expect(events.map(({ time }) => time)).toEqual(['2025-10-09T08:54:05Z', '2025-10-09T08:54:20Z'])
  })

  test('invokes by its timer', async () => {
    const { events, clock } = start()
    clock.advance(seconds(60))
    await vi.advanceTimersByTimeAsync(MINUTE)
    expect(events).toHaveLength(1)
    clock.advance(seconds(60))
    await vi.advanceTimersByTimeAsync(MINUTE)
    expect(events).toHaveLength(2)
  })

  test('awaits the end of what it began', async () => {
    let finish = (): void => undefined
    const { schedule, clock } = start(
      () =>
        new Promise((done) => {
          finish = () => done(null)
        }),
    )
    clock.advance(seconds(60))
    let isOver = false
    const caught = schedule.catchUp().then(() => {
      isOver = true
    })
    await vi.advanceTimersByTimeAsync(0)
    expect([isOver, schedule.isIdle()]).toEqual([false, false])
    finish()
    await caught
    expect(schedule.isIdle()).toBe(true)
  })

  test('goes on after a failure', async () => {
    const { schedule, events, clock } = start(async () => {
      throw new Error('killed')
    })
    for (let n = 0; n < 2; n += 1) {
      clock.advance(seconds(60))
      await schedule.catchUp()
    }
    expect(events).toHaveLength(2)
  })

  test('invokes nothing after close', async () => {
    const { schedule, events, clock } = start()
    schedule.close()
    clock.advance(seconds(60))
    await schedule.catchUp()
    await vi.advanceTimersByTimeAsync(2 * MINUTE)
    expect(events).toHaveLength(0)
    expect(vi.getTimerCount()).toBe(0)
  })
})
