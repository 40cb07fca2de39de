/** Readers pass at any time, except while it is shut: they wait then, and who shuts it waits for those inside. */
export interface Gate {
  pass<T>(read: () => Promise<T>): Promise<T>
  /** One at a time. */
  shut<T>(act: () => Promise<T>): Promise<T>
}

export function openGate(): Gate {
  const inside = new Set<Promise<unknown>>()
  let isShut: Promise<void> | undefined
  return {
    pass: async (read) => {
      while (isShut !== undefined) await isShut
      const reading = read()
      inside.add(reading)
      return await reading.finally(() => inside.delete(reading))
    },
    shut: async (act) => {
      let open = (): void => undefined
      isShut = new Promise((done) => {
        open = done
      })
      try {
        await Promise.allSettled(inside)
        return await act()
      } finally {
        isShut = undefined
        open()
      }
    },
  }
}
