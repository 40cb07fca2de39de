import type { Log } from '../../shared/kernel/log.ts'
import { type Clock, type Millis, millis, systemSleep } from '../../shared/kernel/time.ts'
import type { Due, Waiting } from '../../shared/store/due.ts'
import { soonDue, type Watch, watchOver } from './watch.ts'

export interface TickDeps {
  readonly due: Due
  readonly clock: Clock
  readonly log: Log
  /** None unless it is said. */
  readonly watch?: Watch
}

export interface TickResult {
  /** How many were made ready. */
  readonly readied: number
  /** How many go on waiting because something went wrong or somebody else is at it. */
  readonly waiting: number
  /** How many go on waiting as it was planned. */
  readonly planned: number
  /** Since the oldest of all that waits or waited, but not as planned, was accepted; 0 when there is none. */
  readonly oldestMs: number
}

/** How many are made ready at once; the line of each person keeps the order. */
const AT_ONCE = 25
/** What is left when this little time is left waits for the next tick. */
const TIME_TO_END = 5000
const NO_WATCH: Watch = { span: millis(0), sleep: systemSleep }

/** Makes due work ready again, stays for what is soon due, and tells how much waits and for how long. */
export const tickApp =
  ({ due, clock, log, watch = NO_WATCH }: TickDeps) =>
  async (remaining: () => Millis): Promise<TickResult> => {
    const began = clock()
    const left = (): Millis => millis(remaining() - TIME_TO_END)
    const { counts, saw, ready } = readierOf(due, clock, left)
    let oldest = began
    let soon: readonly Waiting[] = []
    for await (const page of due.waiting()) {
      saw(page)
      oldest = oldestOf(page, oldest)
      const later = page.filter(({ dueAt }) => dueAt > began)
      soon = soonDue([...soon, ...later], millis(began + watch.span))
      await ready(page.filter(({ dueAt }) => dueAt <= began))
    }
    await watchOver({ soon, clock, sleep: watch.sleep, left, ready })
    const result = { ...counts, oldestMs: began - oldest }
    log.info('tick.done', result)
    return result
  }

/** Makes ready while there is time, and counts. */
function readierOf(due: Due, clock: Clock, left: () => Millis) {
  const counts = { readied: 0, waiting: 0, planned: 0 }
  const count = (items: readonly Waiting[], by: 1 | -1): void => {
    for (const { acceptedAt } of items) counts[acceptedAt === undefined ? 'planned' : 'waiting'] += by
  }
  async function ready(ripe: readonly Waiting[]): Promise<void> {
    for (let at = 0; at < ripe.length && left() >= 0; at += AT_ONCE) {
      const some = ripe.slice(at, at + AT_ONCE)
      const now = clock()
      const outcomes = await Promise.all(some.map(({ key }) => due.ready(key, now)))
      counts.readied += outcomes.filter((isReady) => isReady).length
      count(some, -1)
    }
  }
  return { counts, saw: (page: readonly Waiting[]): void => count(page, 1), ready }
}

const oldestOf = (page: readonly Waiting[], oldest: Millis): Millis =>
  page.reduce<Millis>((sum, { acceptedAt = sum }) => (acceptedAt < sum ? acceptedAt : sum), oldest)
