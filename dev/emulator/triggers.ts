import type { Clock } from '../../shared/kernel/time.ts'
import type { StreamRecord } from './dynamo-stream.ts'
import { type EventSource, startEventSource } from './event-source.ts'
import type { DiscardedBatch } from './event-source-discard.ts'
import { type Schedule, startSchedule } from './schedule.ts'
import type { FunctionTemplate } from './template.ts'

/** What invokes functions when nobody asks: the streams of tables, and time. */
export interface Triggers {
  /** To each function that listens. */
  offer(record: StreamRecord): void
  /**
   * The clock was moved: nothing that became due is left lying. Delivers what was held back in windows that are over and awaits that,
   * then the schedules, which see what it wrote; what they make ready is not held back, and {@link settled} follows it.
   */
  catchUp(): Promise<void>
  /**
   * Resolves once no record and no schedule is under way; what they write is followed to its end. Windows end at once meanwhile: a
   * record that is held back is under way, and nobody waits ten seconds for it.
   */
  settled(): Promise<void>
  /** What the event sources gave up. */
  discarded(): readonly DiscardedBatch[]
  /** Begins nothing more. */
  close(): void
}

interface TriggersOptions {
  readonly definitions: readonly FunctionTemplate[]
  invoke(name: string, event: unknown): Promise<unknown>
  readonly clock: Clock
  readonly onLog: (text: string) => void
}

export function startTriggers({ definitions, invoke, clock, onLog }: TriggersOptions): Triggers {
  const discarded: DiscardedBatch[] = []
  const onDiscard = (batch: DiscardedBatch): void => {
    discarded.push(batch)
    onLog(discardLine(batch))
  }
  const sources = definitions.flatMap(({ name, streams }): readonly EventSource[] =>
    streams.map((settings) => {
      const invokeIt = (event: unknown): Promise<unknown> => invoke(name, event)
      return startEventSource({ settings, functionName: name, invoke: invokeIt, clock, onDiscard })
    }),
  )
  const schedules = definitions.flatMap(({ name, schedules }): readonly Schedule[] =>
    schedules.map(({ everyMs }) =>
      startSchedule({ functionName: name, everyMs, invoke: (event) => invoke(name, event), clock }),
    ),
  )
  const all = [...sources, ...schedules]
  return {
    offer: (record) => {
      for (const source of sources) source.offer(record)
    },
    catchUp: async () => {
      await Promise.all(sources.map((source) => source.catchUp()))
      // Even those whose time has not quite come: deployed, a tick stays for what is soon due, and here the time it would stay is
      // never awaited.
      await Promise.all(schedules.map((schedule) => schedule.catchUp()))
      for (const source of sources) source.release()
    },
    settled: async () => {
      while (!all.every((each) => each.isIdle())) await Promise.all(all.map((each) => each.idle()))
    },
    discarded: () => discarded,
    close: () => {
      for (const each of all) each.close()
    },
  }
}

function discardLine({ requestContext, DDBStreamBatchInfo }: DiscardedBatch): string {
  const { condition, functionArn, approximateInvokeCount } = requestContext
  const name = functionArn.split(':').at(-1)
  const { batchSize, startSequenceNumber } = DDBStreamBatchInfo
  return `${name} ${condition}: ${batchSize} records from ${startSequenceNumber} after ${approximateInvokeCount} invocations`
}
