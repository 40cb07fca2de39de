/** Does what is measured that many times in a row. */
export type Subject = (times: number) => void | Promise<void>

export interface Effort {
  readonly rounds: number
  /** How long one subject runs in one round. */
  readonly roundMs: number
}

export const sync =
  (once: () => unknown): Subject =>
  (times) => {
    for (let left = times; left > 0; left -= 1) once()
  }

export const awaited =
  (once: () => Promise<unknown>): Subject =>
  async (times) => {
    for (let left = times; left > 0; left -= 1) await once()
  }

/**
 * Microseconds that each subject takes once, the median of its rounds. The subjects take turns (A B C A B C …): what else the
 * machine does hits them alike.
 */
export async function measure<Name extends string>(
  subjects: Readonly<Record<Name, Subject>>,
  { rounds, roundMs }: Effort,
): Promise<Record<Name, number>> {
  const names = Object.keys(subjects) as Name[]
  const times = {} as Record<Name, number>
  for (const name of names) times[name] = await timesIn(roundMs, subjects[name])
  const taken = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) taken[name].push((await millisFor(subjects[name], times[name])) / times[name])
  }
  return Object.fromEntries(names.map((name) => [name, median(taken[name]) * 1000])) as Record<Name, number>
}

/** How often a subject fits into that time; finding out warms it up. */
async function timesIn(roundMs: number, subject: Subject): Promise<number> {
  let times = 16
  let taken = 0
  while (taken < roundMs) {
    times *= 2
    taken = await millisFor(subject, times)
  }
  return Math.max(1, Math.round((times * roundMs) / taken))
}

async function millisFor(subject: Subject, times: number): Promise<number> {
  const start = performance.now()
  await subject(times)
  return performance.now() - start
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  const middle = sorted.length >> 1
  const [low = Number.NaN, high = Number.NaN] = [sorted[middle - 1 + (sorted.length % 2)], sorted[middle]]
  return (low + high) / 2
}
