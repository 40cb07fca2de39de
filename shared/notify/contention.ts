import { Fault } from '../kernel/fault.ts'

/** Somebody was quicker so often that it is no coincidence. */
export const contention = (): Fault => new Fault('TABLE_UNAVAILABLE', { because: 'contention' })
