import { type Clock, type Millis, millis, type Sleep } from '../../shared/kernel/time.ts'
import type { Waiting } from '../../shared/store/due.ts'

/** How long a tick stays to make ready what becomes due meanwhile; what becomes due later is the next one's. */
export interface Watch {
  readonly span: Millis
  readonly sleep: Sleep
}

interface Watching {
  readonly soon: readonly Waiting[]
  readonly clock: Clock
  readonly sleep: Sleep
  /** How long there is still time to sleep. */
  left(): Millis
  /** Makes these ready. */
  ready(ripe: readonly Waiting[]): Promise<void>
}

/** The most that a watch keeps in mind: they take a megabyte or two. */
const MOST = 5000

/** Those of them that become due until then, the first one first. */
export const soonDue = (items: readonly Waiting[], until: Millis): readonly Waiting[] =>
  items
    .filter(({ dueAt }) => dueAt <= until)
    .toSorted((left, right) => left.dueAt - right.dueAt)
    .slice(0, MOST)

/** Makes each ready when it is due, for as long as there is time; without any it is over at once. */
export async function watchOver({ soon, clock, sleep, left, ready }: Watching): Promise<void> {
  let rest = soon
  for (let [next] = rest; next !== undefined; [next] = rest) {
    const pause = millis(Math.max(0, next.dueAt - clock()))
    if (pause > left()) return
    if (pause > 0) await sleep(pause)
    const now = clock()
    const ripe = rest.filter(({ dueAt }) => dueAt <= now)
    rest = rest.slice(ripe.length)
    await ready(ripe)
  }
}
