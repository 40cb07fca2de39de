import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { personKey } from '../shared/store/key.ts'
import type { HttpEvent } from './emulator/http-event.ts'
import type { Item } from './emulator/item-size.ts'
import { StackError } from './emulator/stack-error.ts'
import { failureOf } from './simulator/api/failures.ts'
import type { WeChatApi } from './simulator/api/wechat-api.ts'
import type { Stack } from './stack.ts'
import { listPushes } from './world.ts'

type DevRoute = (stack: Stack, event: HttpEvent) => Promise<unknown>

/** What the local stack shows and takes beside what is deployed. */
export const devRoutes = (wechat: WeChatApi, appId: string): Readonly<Record<string, DevRoute>> => ({
  'GET /_dev/pushes': listPushes,
  /** Every call that the simulated WeChat API received. */
  'GET /_dev/outbox': async () => wechat.outbox(),
  'GET /_dev/state': async (stack, event) => {
    const openId = event.queryStringParameters?.openid
    if (openId === undefined) throw new StackError('REQUEST_INVALID', 'openid is missing')
    const person = personKey(appId, openId)
    return (await stack.items()).filter(({ pk }) => pk?.S === person).map(plainItem)
  },
  /** The next calls of a path fail so. */
  'POST /_dev/fail': async (_, event) => {
    try {
      wechat.fail(failureOf(bodyOf(event)))
    } catch (cause) {
      if (cause instanceof TypeError) throw new StackError('REQUEST_INVALID', cause.message, { cause })
      throw cause
    }
    return { ok: true }
  },
  'GET /_dev/clock': async ({ clock }) => ({ now: new Date(clock()).toISOString() }),
  'POST /_dev/clock': async (stack, event) => {
    const { advanceMs } = bodyOf(event)
    if (typeof advanceMs !== 'number' || !(advanceMs >= 0)) {
      throw new StackError('REQUEST_INVALID', 'advanceMs is not a number of milliseconds')
    }
    await stack.advance(advanceMs)
    return { now: new Date(stack.clock()).toISOString() }
  },
})

function bodyOf({ body = '', isBase64Encoded }: HttpEvent): Readonly<Record<string, unknown>> {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString() : body
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return { ...value }
  } catch {
    // Below.
  }
  throw new StackError('REQUEST_INVALID', 'the body is not a JSON object')
}

const plainItem = (item: Item): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plain(value)]))

function plain(value: AttributeValue): unknown {
  if (value.N !== undefined) return Number(value.N)
  if (value.L !== undefined) return value.L.map(plain)
  if (value.M !== undefined) return plainItem(value.M)
  return value.S ?? value.BOOL ?? null
}
