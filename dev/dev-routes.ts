import type { AppId, OpenId, TemplateId, UserId } from '../shared/kernel/ids.ts'
import { giveIdentity, givePermit } from './dev-people.ts'
import type { HttpEvent } from './emulator/http-event.ts'
import { StackError } from './emulator/stack-error.ts'
import { callsOf } from './outbox.ts'
import { listPushes } from './pushes.ts'
import { failureOf } from './simulator/api/failures.ts'
import type { WeChatApi } from './simulator/api/wechat-api.ts'
import { type ImPlatform, PLATFORMS } from './simulator/im/platform.ts'
import { type ImStatus, STATUSES } from './simulator/im/presence.ts'
import type { TencentIm } from './simulator/im/tencent-im.ts'
import type { Stack } from './stack.ts'
import { keptAbout } from './state.ts'

type DevRoute = (stack: Stack, event: HttpEvent) => Promise<unknown>

/** The world outside, as far as it is simulated. */
interface Simulated {
  readonly wechat: WeChatApi
  readonly im: TencentIm
  readonly appId: AppId
}

/** What the local stack shows and takes beside what is deployed. */
export const devRoutes = ({ wechat, im, appId }: Simulated): Readonly<Record<string, DevRoute>> => ({
  'GET /_dev/pushes': listPushes,
  /** Every call that the simulated WeChat API and the simulated Tencent IM received, oldest first. */
  'GET /_dev/outbox': async () => callsOf(wechat, im),
  /** What the simulated account has; notices are sent with the first unless NOTIFY_TEMPLATE says otherwise. */
  'GET /_dev/templates': async () =>
    wechat.templates().map(({ priTmplId, title, content, type }) => ({ priTmplId, title, content, type })),
  'POST /_dev/identity': async (stack, event) => {
    const { userId, openid } = textsIn(bodyOf(event), 'userId', 'openid')
    im.importAccount(userId)
    await giveIdentity(stack, appId, userId as UserId, openid as OpenId)
    return { ok: true }
  },
  'POST /_dev/permit': async (stack, event) => {
    const body = bodyOf(event)
    const { openid, template } = textsIn(body, 'openid', 'template')
    const { remaining } = body
    if (typeof remaining !== 'number' || !Number.isInteger(remaining) || remaining < 0)
      throw new StackError('REQUEST_INVALID', 'remaining is a whole number')
    await givePermit(stack, wechat, { appId, openId: openid as OpenId, template: template as TemplateId, remaining })
    return { ok: true }
  },
  /** At once, for IM and for whoever hears its callbacks. */
  'POST /_dev/im/status': async (_, event) => {
    const body = bodyOf(event)
    const { userId, status } = textsIn(body, 'userId', 'status')
    if (!isStatus(status)) throw new StackError('REQUEST_INVALID', `status is one of ${STATUSES.join(', ')}`)
    const platform = platformIn(body)
    await refusing(() => im.setStatus(userId, status, platform))
    return { ok: true }
  },
  'GET /_dev/state': async (stack, event) => {
    const openId = event.queryStringParameters?.openid
    if (openId === undefined) throw new StackError('REQUEST_INVALID', 'openid is missing')
    return await keptAbout(stack, appId, openId)
  },
  /** The next calls of a path fail so. */
  'POST /_dev/fail': async (_, event) => {
    const body = bodyOf(event)
    await refusing(() => wechat.fail(failureOf(body)))
    return { ok: true }
  },
  'GET /_dev/clock': async (stack) => timeOf(stack),
  'POST /_dev/clock': async (stack, event) => {
    const { advanceMs } = bodyOf(event)
    if (typeof advanceMs !== 'number' || !Number.isSafeInteger(advanceMs) || advanceMs < 0) {
      throw new StackError('REQUEST_INVALID', 'advanceMs is a whole number of milliseconds, forwards')
    }
    await stack.advance(advanceMs)
    await im.catchUp()
    return timeOf(stack)
  },
})

/** @throws {StackError} REQUEST_INVALID with what the simulated world has against it */
async function refusing(act: () => unknown): Promise<void> {
  try {
    await act()
  } catch (cause) {
    if (cause instanceof TypeError) throw new StackError('REQUEST_INVALID', cause.message, { cause })
    throw cause
  }
}

const isStatus = (status: string): status is ImStatus => STATUSES.some((each) => each === status)

/** @throws {StackError} REQUEST_INVALID */
function platformIn({ platform }: Readonly<Record<string, unknown>>): ImPlatform | undefined {
  if (platform === undefined) return undefined
  const name = String(platform).toLowerCase()
  const found = PLATFORMS.find((each) => each.toLowerCase() === (name === 'iphone' ? 'ios' : name))
  if (found === undefined) throw new StackError('REQUEST_INVALID', `platform is one of ${PLATFORMS.join(', ')}`)
  return found
}

/** @throws {StackError} REQUEST_INVALID */
function textsIn<Name extends string>(body: Readonly<Record<string, unknown>>, ...names: Name[]): Record<Name, string> {
  const texts: Partial<Record<Name, string>> = {}
  for (const name of names) {
    const text = body[name]
    if (typeof text !== 'string' || text === '') throw new StackError('REQUEST_INVALID', `${name} is missing`)
    texts[name] = text
  }
  return texts as Record<Name, string>
}

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
