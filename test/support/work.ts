import { type Profiler, Session } from 'node:inspector'

export interface WorkCounter {
  /** How many blocks of JavaScript an action runs. */
  of(action: () => void): number
  stop(): void
}

/**
 * V8 counts the blocks it runs, so the number is the same on a slow machine and on a fast one, and a loop inside a loop shows in it.
 * It counts in what is compiled from now on: what is to be measured is imported after this.
 */
export function countWork(): WorkCounter {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })

  function take(): number {
    let blocks = 0
    // Each taking starts the counts anew; the session answers before `post` returns.
    session.post('Profiler.takePreciseCoverage', (_, { result }: Profiler.TakePreciseCoverageReturnType) => {
      for (const { functions } of result) {
        for (const { ranges } of functions) for (const { count } of ranges) blocks += count
      }
    })
    return blocks
  }

  return {
    of: (action) => {
      take()
      action()
      return take()
    },
    stop: () => {
      session.post('Profiler.stopPreciseCoverage')
      session.disconnect()
    },
  }
}
