import type { Platform } from '../kernel/platform.ts'
import { type Millis, millis } from '../kernel/time.ts'

/** What IM last told of a person's clients: a hint, since callbacks are lost and come late. */
export interface Presence {
  readonly platforms: Readonly<Partial<Record<Platform, { readonly isOnline: boolean; readonly at: Millis }>>>
  /** The last login on any of them; 0: none that we know. */
  readonly loginAt: Millis
}

export const NO_PRESENCE: Presence = { platforms: {}, loginAt: millis(0) }
