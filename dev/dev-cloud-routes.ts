import { Fault } from '../shared/kernel/fault.ts'
import { type Body, bodyOf } from './dev-body.ts'
import type { HttpEvent } from './emulator/http-event.ts'
import { StackError } from './emulator/stack-error.ts'
import { CLOUD_VARIANTS, type CloudVariant, type LocalCloud } from './local-cloud.ts'

/** What WeChat does with a cloud function. */
export const cloudRoutes = (cloud: LocalCloud) => ({
  /** Pushes `event` to it, as from nobody unless `openId` says who calls; answers with how the invocation ended. */
  'POST /_dev/cloud': async (_: unknown, request: HttpEvent) => {
    const body = bodyOf(request)
    const push = { event: eventIn(body), variant: variantIn(body), ...openIdIn(body) }
    try {
      return await cloud.push(push)
    } catch (cause) {
      if (cause instanceof Fault) throw new StackError('REQUEST_INVALID', cause.message, { cause })
      throw cause
    }
  },
})

/** @throws {StackError} REQUEST_INVALID */
function eventIn({ event }: Body): Body {
  if (typeof event === 'object' && event !== null && !Array.isArray(event)) return { ...event }
  throw new StackError('REQUEST_INVALID', 'event is an object')
}

/** @throws {StackError} REQUEST_INVALID */
function variantIn({ variant = CLOUD_VARIANTS[0] }: Body): CloudVariant {
  const found = CLOUD_VARIANTS.find((each) => each === variant)
  if (found === undefined) throw new StackError('REQUEST_INVALID', `variant is one of ${CLOUD_VARIANTS.join(', ')}`)
  return found
}

/** @throws {StackError} REQUEST_INVALID */
function openIdIn({ openId }: Body): { readonly openId?: string } {
  if (openId === undefined) return {}
  if (typeof openId === 'string' && openId !== '') return { openId }
  throw new StackError('REQUEST_INVALID', 'openId is text')
}
