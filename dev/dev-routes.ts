import type { HttpEvent } from './emulator/http-event.ts'
import { StackError } from './emulator/stack-error.ts'
import { listPushes } from './pushes.ts'
import { failureOf } from './simulator/api/failures.ts'
import type { WeChatApi } from './simulator/api/wechat-api.ts'
import type { Stack } from './stack.ts'
import { keptAbout } from './state.ts'

type DevRoute = (stack: Stack, event: HttpEvent) => Promise<unknown>

/** What the local stack shows and takes beside what is deployed. */
export const devRoutes = (wechat: WeChatApi, appId: string): Readonly<Record<string, DevRoute>> => ({
  'GET /_dev/pushes': listPushes,
  /** Every call that the simulated WeChat API received. */
  'GET /_dev/outbox': async () => wechat.outbox(),
  'GET /_dev/state': async (stack, event) => {
    const openId = event.queryStringParameters?.openid
    if (openId === undefined) throw new StackError('REQUEST_INVALID', 'openid is missing')
    return await keptAbout(stack, appId, openId)
  },
  /** The next calls of a path fail so. */
  'POST /_dev/fail': async (_, event) => {
    const body = bodyOf(event)
    try {
      wechat.fail(failureOf(body))
    } catch (cause) {
      if (cause instanceof TypeError) throw new StackError('REQUEST_INVALID', cause.message, { cause })
      throw cause
    }
    return { ok: true }
  },
  'GET /_dev/clock': async (stack) => timeOf(stack),
  'POST /_dev/clock': async (stack, event) => {
    const { advanceMs } = bodyOf(event)
    if (typeof advanceMs !== 'number' || !Number.isSafeInteger(advanceMs) || advanceMs < 0) {
      throw new StackError('REQUEST_INVALID', 'advanceMs is a whole number of milliseconds, forwards')
    }
    await stack.advance(advanceMs)
    return timeOf(stack)
  },
})

const timeOf = ({ clock }: Stack) => ({ now: new Date(clock()).toISOString() })

function bodyOf({ body = '', isBase64Encoded }: HttpEvent): Readonly<Record<string, unknown>> {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString() : body
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  } catch {
    // Below.
  }
  throw new StackError('REQUEST_INVALID', 'the body is not a JSON object')
}
