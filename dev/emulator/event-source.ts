import { setTimeout as wait } from 'node:timers/promises'
import { type Clock, systemClock } from '../../shared/kernel/time.ts'
import type { StreamRecord } from './dynamo-stream.ts'
import { type DiscardedBatch, discardedBatch } from './event-source-discard.ts'
import { Lane, type LaneOptions } from './event-source-lane.ts'
import type { EventSourceSettings } from './event-source-settings.ts'
import { compilePattern } from './filter-pattern.ts'

/** What a function is invoked with. */
export interface StreamEvent {
  readonly Records: readonly StreamRecord[]
}

interface EventSourceOptions {
  readonly settings: EventSourceSettings
  readonly functionName?: string
  /** Rejects when the function failed. */
  invoke(event: StreamEvent): Promise<unknown>
  /** By which records grow old, and windows end when it is moved. */
  readonly clock?: Clock
  /** The pause after the n-th failure of a batch, in real time. */
  backoffMs?(failures: number): number
  /** The pauses, and the batch window. */
  readonly sleep?: LaneOptions['sleep']
  onDiscard?(batch: DiscardedBatch): void
}

/** Lambda's event source mapping for the stream of a table. */
export interface EventSource {
  /** Takes a record when its filters let it in. */
  offer(record: StreamRecord): void
  /** Nothing is held back, on its way or waiting to be tried again. */
  isIdle(): boolean
  /** Resolves once it is idle or closed. Until then nothing is held back for a window: whoever asks waits for nothing else. */
  idle(): Promise<void>
  /** The clock was moved: resolves once the batches are done whose windows are over. */
  catchUp(): Promise<void>
  /** What came since {@link catchUp} is not held back. */
  release(): void
  /** What was given up, oldest first: what stands at the on-failure destination. */
  discarded(): readonly DiscardedBatch[]
  /** Begins nothing more. An invocation under way is whoever runs the function's to end. */
  close(): void
}

/** 50 ms, doubled each time, at most 2 s. */
const defaultBackoffMs = (failures: number): number => Math.min(50 * 2 ** (failures - 1), 2000)

const abortableSleep: LaneOptions['sleep'] = async (ms, signal) => {
  await wait(ms, undefined, { signal }).catch(() => undefined)
}

export function startEventSource(options: EventSourceOptions): EventSource {
  const { settings, functionName = 'local', clock = systemClock, sleep = abortableSleep } = options
  const filters = settings.filterPatterns.map((pattern) => compilePattern(pattern))
  const given: DiscardedBatch[] = []
  const lane = (): Lane =>
    new Lane({
      settings,
      invoke: async (Records) => await options.invoke({ Records }),
      clock,
      backoffMs: options.backoffMs ?? defaultBackoffMs,
      sleep,
      discard: (records, condition, { invokeCount, threw }) => {
        const batch = discardedBatch({ functionName, records, condition, invokeCount, threw, nowMs: clock() })
        given.push(batch)
        options.onDiscard?.(batch)
      },
    })
  const lanes = Array.from({ length: settings.parallelizationFactor }, lane)
  let isClosed = false
  const busy = (): readonly Promise<void>[] => (isClosed ? [] : lanes.flatMap(({ running }) => running ?? []))
  return {
    offer: (record) => {
      if (filters.length > 0 && !filters.some((filter) => filter(record))) return
      lanes[laneOf(record, settings)]?.offer(record)
    },
    isIdle: () => busy().length === 0,
    idle: async () => {
      while (busy().length > 0) {
        for (const each of lanes) each.hurry()
        await Promise.all(busy())
      }
    },
    catchUp: async () => void (await Promise.all(lanes.map((each) => each.catchUp()))),
    release: () => {
      for (const each of lanes) each.release()
    },
    discarded: () => given,
    close: () => {
      isClosed = true
      for (const each of lanes) each.close()
    },
  }
}

/** Records of one item share a lane, so that they stay in order; Lambda promises no more, not even for one partition key. */
function laneOf({ dynamodb }: StreamRecord, { parallelizationFactor }: EventSourceSettings): number {
  const bytes = Buffer.from(JSON.stringify(dynamodb.Keys))
  return bytes.reduce((hash, byte) => (hash * 31 + byte) >>> 0, 0) % parallelizationFactor
}
