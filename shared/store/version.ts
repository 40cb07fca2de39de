import type { Millis } from '../kernel/time.ts'

/** Of a write over these versions: later than each, and than that of an item that was deleted meanwhile. */
export const versionOver = (before: readonly number[], now: Millis): number =>
  Math.max(now, ...before.map((version) => version + 1))
