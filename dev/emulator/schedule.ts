import { randomUUID } from 'node:crypto'
import { type Clock, systemClock } from '../../shared/kernel/time.ts'

/** What EventBridge invokes a function with. */
export interface ScheduledEvent {
  readonly version: '0'
  readonly id: string
  readonly 'detail-type': 'Scheduled Event'
  readonly source: 'aws.events'
  readonly account: string
  /** In whole seconds: `2025-10-09T08:53:20Z`. */
  readonly time: string
  readonly region: string
  readonly resources: readonly [string]
  readonly detail: Readonly<Record<string, never>>
}

interface ScheduleOptions {
  readonly functionName: string
  readonly everyMs: number
  /** What it rejects with is the function's to log: the next time comes anyway. */
  invoke(event: ScheduledEvent): Promise<unknown>
  readonly clock?: Clock
}

export interface Schedule {
  /**
   * Invokes once, however many times have been missed and even when the next has not quite come, and waits until nothing is under
   * way.
   */
  catchUp(): Promise<void>
  isIdle(): boolean
  /** Resolves once nothing is under way. */
  idle(): Promise<void>
  /** What is under way is whoever runs the function's to end. */
  close(): void
}

/** The longest that a timer of Node can wait. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

const REGION = 'us-east-1'

/** A rule `rate(…)`: the first time is one period from now. Its timer runs in real time and keeps no process alive. */
export function startSchedule({ functionName, everyMs, invoke, clock = systemClock }: ScheduleOptions): Schedule {
  const underWay = new Set<Promise<unknown>>()
  let nextMs = clock() + everyMs
  let timer = setTimeout(look, Math.min(everyMs, LONGEST_TIMER_MS)).unref()
  let isClosed = false

  function look(): void {
    if (isClosed) return
    if (clock() >= nextMs) begin()
    clearTimeout(timer)
    timer = setTimeout(look, Math.min(nextMs - clock(), LONGEST_TIMER_MS)).unref()
  }

  function begin(): void {
    const nowMs = clock()
    nextMs += everyMs * Math.max(0, Math.floor((nowMs - nextMs) / everyMs) + 1)
    const ending: Promise<unknown> = invoke(scheduledEvent(functionName, nowMs))
      .catch(() => undefined)
      .finally(() => underWay.delete(ending))
    underWay.add(ending)
  }

  const idle = async (): Promise<void> => {
    while (!isClosed && underWay.size > 0) await Promise.all(underWay)
  }

  return {
    catchUp: async () => {
      if (!isClosed) begin()
      look()
      await idle()
    },
    idle,
    isIdle: () => isClosed || underWay.size === 0,
    close: () => {
      isClosed = true
      clearTimeout(timer)
    },
  }
}

const scheduledEvent = (functionName: string, nowMs: number): ScheduledEvent => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: '000000000000',
  time: new Date(nowMs).toISOString().replace(/\.\d+/, ''),
  region: REGION,
  resources: [`arn:aws:events:${REGION}:000000000000:rule/${functionName}`],
  detail: {},
})
