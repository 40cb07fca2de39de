import type { Handler } from './handler.ts'
import { demoOrders, orderStatus } from './handlers/order-status.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Your handlers, by the name that a rule calls. Made once, when the function starts; what one needs to know (an address, a key) it
 * gets from the function's environment here.
 */
export const handlersOf = (_environment: Environment) =>
  ({
    orderStatus: orderStatus(demoOrders),
  }) as const satisfies Readonly<Record<string, Handler>>

export type HandlerName = keyof ReturnType<typeof handlersOf>
