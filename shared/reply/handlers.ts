import type { Handler } from './action.ts'

/** By the name that a rule calls. */
export const HANDLERS = {
  orderStatus: async () => [],
} as const satisfies Readonly<Record<string, Handler>>

export type HandlerName = keyof typeof HANDLERS
