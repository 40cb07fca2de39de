/** Names of the last few thousand: what an instance remembers must have an end. */
export function recent(most: number): { has(name: string): boolean; add(name: string): void } {
  const names = new Set<string>()
  return {
    has: (name) => names.has(name),
    add: (name) => {
      names.add(name)
      for (const oldest of names) if (names.size > most) names.delete(oldest)
    },
  }
}
