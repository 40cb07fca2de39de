/** What an instance remembers must have an end: so many, and no more. */
const MOST_REMEMBERED = 10_000

/** Lets go of what was remembered first. */
export function letGo(remembered: Map<string, unknown> | Set<string>, most = MOST_REMEMBERED): void {
  for (const oldest of remembered.keys()) {
    if (remembered.size <= most) return
    remembered.delete(oldest)
  }
}
