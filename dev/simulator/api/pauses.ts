/** Waits by real time that end early, and at once from then on, when they are closed. */
export function pauses() {
  const ends = new Set<() => void>()
  let isClosed = false
  return { wait, close }

  function wait(spanMs: number): Promise<void> {
    if (spanMs === 0 || isClosed) return Promise.resolve()
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        ends.delete(end)
        resolve()
      }
      const timer = setTimeout(end, spanMs)
      ends.add(end)
    })
  }

  function close(): void {
    isClosed = true
    for (const end of ends) end()
  }
}
