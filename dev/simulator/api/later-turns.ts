/** What happens in a later turn of the event loop, unless it is closed first. */
export function laterTurns() {
  const waiting = new Set<NodeJS.Immediate>()
  return {
    run(what: () => void): void {
      const turn = setImmediate(() => {
        waiting.delete(turn)
        what()
      })
      waiting.add(turn)
    },
    close(): void {
      for (const turn of waiting) clearImmediate(turn)
    },
  }
}
