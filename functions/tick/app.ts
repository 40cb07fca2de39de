import type { Log } from '../../shared/kernel/log.ts'
import type { Clock, Millis } from '../../shared/kernel/time.ts'
import type { Due, Waiting } from '../../shared/store/due.ts'

export interface TickDeps {
  readonly due: Due
  readonly clock: Clock
  readonly log: Log
}

export interface TickResult {
  /** How many were made ready. */
  readonly readied: number
  /** How many go on waiting. */
  readonly waiting: number
  /** Since the oldest of all that waits or waited was accepted; 0 when there is none. */
  readonly oldestMs: number
}

/** How many are made ready at once; the line of each person keeps the order. */
const AT_ONCE = 25
/** What is left when this little time is left waits for the next tick. */
const TIME_TO_END = 5000

/** Makes due work ready again and tells how much waits and for how long. */
export const tickApp =
  ({ due, clock, log }: TickDeps) =>
  async (remaining: () => Millis): Promise<TickResult> => {
    const now = clock()
    let readied = 0
    let waiting = 0
    let oldest = now
    for await (const page of due.waiting()) {
      oldest = oldestOf(page, oldest)
      const ripe = page.filter(({ dueAt }) => dueAt <= now)
      waiting += page.length - ripe.length
      for (let at = 0; at < ripe.length; at += AT_ONCE) {
        const some = ripe.slice(at, at + AT_ONCE)
        const outcomes = remaining() < TIME_TO_END ? [] : await Promise.all(some.map(({ key }) => due.ready(key, now)))
        readied += outcomes.filter((isReady) => isReady).length
        waiting += some.length - outcomes.length
      }
    }
    const result = { readied, waiting, oldestMs: now - oldest }
    log.info('tick.done', result)
    return result
  }

const oldestOf = (page: readonly Waiting[], oldest: Millis): Millis =>
  page.reduce<Millis>((sum, { acceptedAt }) => (acceptedAt < sum ? acceptedAt : sum), oldest)
