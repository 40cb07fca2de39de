import { Fault } from '../kernel/fault.ts'

/** Any failure of the table; the caller tries again or is tried again. */
export const unavailable = (cause: unknown): Fault =>
  new Fault('TABLE_UNAVAILABLE', { because: cause instanceof Error ? cause.name : 'unknown' }, { cause })
