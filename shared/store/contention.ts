import { Fault } from '../kernel/fault.ts'

/** How often in a row somebody else may have been quicker; more than this is no coincidence. */
export const ROUNDS = 20

export const contention = (): Fault => new Fault('TABLE_UNAVAILABLE', { because: 'contention' })
