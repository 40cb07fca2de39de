import { type EventSource, type StreamEvent, startEventSource } from '../../dev/emulator/event-source.ts'
import type { EventSourceSettings } from '../../dev/emulator/event-source-settings.ts'
import { aClock } from './build.ts'
import { aRecord, someSettings } from './records.ts'

interface Run {
  readonly source: EventSource
  /** The sequence numbers of each invocation. */
  readonly calls: number[][]
  readonly pauses: number[]
  readonly clock: ReturnType<typeof aClock>
}

/** What the function does with the records of these numbers, at its n-th invocation. */
type Answer = (numbers: readonly number[], call: number) => unknown

/** A source that waits for nothing, before a function in this process. */
export function runEventSource(changes: Partial<EventSourceSettings> = {}, answer: Answer = () => null): Run {
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
  return { source, calls, pauses, clock }
}

export const numbersOf = ({ Records }: StreamEvent): number[] =>
  Records.map(({ dynamodb }) => Number(dynamodb.SequenceNumber))

export const offer = ({ source }: Run, ...numbers: readonly number[]): void => {
  for (const n of numbers) source.offer(aRecord(n))
}

/** A function that ends in the middle. */
export const dies = (): never => {
  throw new Error('killed')
}

/** The answer that names these records as failed. */
export const failing = (...numbers: readonly number[]) => ({
  batchItemFailures: numbers.map((number) => ({ itemIdentifier: String(number) })),
})
