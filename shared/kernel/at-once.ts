/** Does the work on each, so many at the same time; every outcome in its place. */
export async function atOnce<T, R>(
  most: number,
  all: readonly T[],
  work: (one: T) => Promise<R>,
): Promise<readonly PromiseSettledResult<R>[]> {
  const outcomes: PromiseSettledResult<R>[] = []
  const left = all.entries()
  const worker = async (): Promise<void> => {
    for (const [place, one] of left) {
      const [outcome] = await Promise.allSettled([work(one)])
      outcomes[place] = outcome
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, all.length) }, worker))
  return outcomes
}
