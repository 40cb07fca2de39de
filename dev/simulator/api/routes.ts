import type { ApiCall, Handler } from './call.ts'
import { refuse } from './refusal.ts'

/** A path of WeChat's API. */
export interface Route {
  readonly method: 'GET' | 'POST'
  /** Without one it is called with the secret. */
  readonly needsToken: boolean
  readonly handler: Handler
}

export const get = (handler: Handler): Route => ({ method: 'GET', needsToken: true, handler })
export const post = (handler: Handler): Route => ({ method: 'POST', needsToken: true, handler })
export const withSecret = (route: Route): Route => ({ ...route, needsToken: false })

/** @throws {Refusal} 43001, 43002 */
export function checkMethod({ method }: ApiCall, wanted: Route['method']): void {
  if (method !== wanted) refuse(wanted === 'POST' ? 43002 : 43001)
}
