interface Failing {
  /** Of what fails; `*` is anything. */
  readonly path: string
  /** How many calls; 0 takes back what was asked for the path before. */
  readonly times: number
}

/** The failures that are still to come, in the order in which they were asked for. */
export function failureQueue<Failure extends Failing>(check: (failure: Failure) => void) {
  let waiting: readonly { readonly failure: Failure; readonly left: number }[] = []
  return { add, take, clear }

  /** @throws {TypeError} naming what is wrong */
  function add(failure: Failure): void {
    check(failure)
    if (failure.times === 0) waiting = waiting.filter(({ failure: { path } }) => path !== failure.path)
    else waiting = [...waiting, { failure: { ...failure }, left: failure.times }]
  }

  /** What happens to a call of this path, if anything; it counts. */
  function take(path: string): Failure | undefined {
    const found = waiting.find(({ failure }) => failure.path === path || failure.path === '*')
    if (found === undefined) return undefined
    const rest = { ...found, left: found.left - 1 }
    waiting = waiting.flatMap((entry) => (entry !== found ? [entry] : rest.left > 0 ? [rest] : []))
    return found.failure
  }

  function clear(): void {
    waiting = []
  }
}
