import type { Clock } from '../../../shared/kernel/time.ts'
import { type Answer, proxyPage, refused } from './answer.ts'
import type { ApiCall, Handler } from './call.ts'
import { Refusal, refuse } from './refusal.ts'

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

interface Routing {
  readonly clock: Clock
  readonly routes: Readonly<Record<string, Route>>
  /** @throws {Refusal} */
  readonly checkToken: (call: ApiCall) => void
}

/** Answers a call as the API of WeChat does, which refuses with status 200 and an errcode. */
export async function answerOf(call: ApiCall, { clock, routes, checkToken }: Routing): Promise<Answer> {
  const route = Object.hasOwn(routes, call.path) ? routes[call.path] : undefined
  if (route === undefined) return proxyPage(404)
  try {
    checkMethod(call, route.method)
    if (route.needsToken) checkToken(call)
    return await route.handler(call)
  } catch (error) {
    if (error instanceof Refusal) return refused(error, clock())
    throw error
  }
}

/** @throws {Refusal} 43001, 43002 */
function checkMethod({ method }: ApiCall, wanted: Route['method']): void {
  if (method !== wanted) refuse(wanted === 'POST' ? 43002 : 43001)
}
