import type { Clock, Millis } from '../../../shared/kernel/time.ts'

/** The longest that a timer of Node can wait. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Rings when the time has come that `nextAt` says. Its timer runs in real time and keeps no process alive. */
export function alarm(clock: Clock, nextAt: () => Millis | undefined, ring: () => void) {
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  return { set, stop }

  /** Again after each change of the time; a ring sets nothing by itself. */
  function set(): void {
    clearTimeout(timer)
    const next = nextAt()
    if (isStopped || next === undefined) return
    const waitMs = Math.min(Math.max(next - clock(), 0), LONGEST_TIMER_MS)
    timer = setTimeout(ring, waitMs).unref()
  }

  function stop(): void {
    isStopped = true
    clearTimeout(timer)
  }
}
