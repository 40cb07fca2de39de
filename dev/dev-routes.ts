import type { AppId, OpenId, TemplateId, UserId } from '../shared/kernel/ids.ts'
import { bodyOf, textsIn } from './dev-body.ts'
import { cloudRoutes } from './dev-cloud-routes.ts'
import { imRoutes } from './dev-im-routes.ts'
import { giveIdentity, givePermit } from './dev-people.ts'
import type { HttpEvent } from './emulator/http-event.ts'
import { StackError } from './emulator/stack-error.ts'
import type { LocalCloud } from './local-cloud.ts'
import { callsOf } from './outbox.ts'
import { listPushes } from './pushes.ts'
import { failureOf } from './simulator/api/failures.ts'
import type { WeChatApi } from './simulator/api/wechat-api.ts'
import type { TencentIm } from './simulator/im/tencent-im.ts'
import type { Stack } from './stack.ts'
import { keptAbout } from './state.ts'

type DevRoute = (stack: Stack, event: HttpEvent) => Promise<unknown>

/** The world outside, as far as it is simulated. */
interface Simulated {
  readonly wechat: WeChatApi
  readonly im: TencentIm
  readonly cloud: LocalCloud
  readonly appId: AppId
}

/** What the local stack shows and takes beside what is deployed. */
export const devRoutes = ({ wechat, im, cloud, appId }: Simulated): Readonly<Record<string, DevRoute>> => ({
  'GET /_dev/pushes': listPushes,
  /** Every call that the simulated WeChat API and the simulated Tencent IM received, oldest first. */
  'GET /_dev/outbox': async () => callsOf(wechat, im),
  /** What the simulated account has; notices are sent with the first unless NOTIFY_TEMPLATE says otherwise. */
  'GET /_dev/templates': async () =>
    wechat.templates().map(({ priTmplId, title, content, type }) => ({ priTmplId, title, content, type })),
  'POST /_dev/identity': async (stack, event) => {
    const { userId, openid } = textsIn(bodyOf(event), 'userId', 'openid')
    await giveIdentity(stack, appId, userId as UserId, openid as OpenId)
    im.importAccount(userId)
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
  ...imRoutes(im),
  ...cloudRoutes(cloud),
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
    await im.catchUp()
    await cloud.catchUp()
    return timeOf(stack)
  },
})

const timeOf = ({ clock }: Stack) => ({ now: new Date(clock()).toISOString() })
