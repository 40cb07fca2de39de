import { type Clock, millis, systemClock } from '../../shared/kernel/time.ts'

/** The time of a whole local stack: the real one, and how far it was moved. */
export interface StackClock {
  readonly clock: Clock
  /** Forwards, in milliseconds. Timers know nothing of it. */
  advance(ms: number): void
  /** Holds the offset in milliseconds: the Workers in which functions run read it too, so that all move at once. */
  readonly buffer: SharedArrayBuffer
}

export function stackClock(real: Clock = systemClock): StackClock {
  const buffer = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT)
  const offset = new BigInt64Array(buffer)
  return {
    clock: () => millis(real() + Number(Atomics.load(offset, 0))),
    advance: (ms) => {
      if (!Number.isSafeInteger(ms) || ms < 0) throw new RangeError(`the clock cannot be moved by ${ms} ms`)
      Atomics.add(offset, 0, BigInt(ms))
    },
    buffer,
  }
}
