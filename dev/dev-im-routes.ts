import { type Body, bodyOf, textsIn } from './dev-body.ts'
import type { HttpEvent } from './emulator/http-event.ts'
import { StackError } from './emulator/stack-error.ts'
import type { SentCallback } from './simulator/im/callback-sender.ts'
import { type ImPlatform, PLATFORMS } from './simulator/im/platform.ts'
import { type ImStatus, STATUSES } from './simulator/im/presence.ts'
import type { TencentIm } from './simulator/im/tencent-im.ts'

/** A callback, and what came of it. */
export interface ToldCallback {
  readonly command: string
  /** -1 when nobody answered. */
  readonly status: number
  readonly tookMs: number
  /** `taken`, `failed` … */
  readonly verdict: string
}

/** What people do in the simulated Tencent IM; each answers with the callbacks that it led to, once they are answered. */
export const imRoutes = (im: TencentIm) => ({
  'POST /_dev/im/message': route(async (body) => {
    const { errorCode, before, after } = await im.sendMessage(textsIn(body, 'from', 'to', 'text'))
    return told([before, after], { errorCode })
  }),
  'POST /_dev/im/group': route(async (body) => {
    const said = textsIn(body, 'from', 'group', 'text')
    const sending = { ...said, mention: namesIn(body, 'mention'), all: body.all === true }
    const { errorCode, before, after } = await im.sendGroupMessage(sending)
    return told([before, after], { errorCode })
  }),
  'POST /_dev/im/read': route(async (body) => {
    const { reader, peer } = textsIn(body, 'reader', 'peer')
    return told([await im.read(reader, peer)])
  }),
  /** The last message from one to the other. */
  'POST /_dev/im/recall': route(async (body) => {
    const { from, to } = textsIn(body, 'from', 'to')
    const last = im.delivered(to).findLast((message) => message.from === from)
    if (last === undefined) throw new StackError('REQUEST_INVALID', `${to} has no message of ${from}`)
    return told([await im.recall(last)])
  }),
  /** At once, for IM and for whoever hears its callbacks. */
  'POST /_dev/im/status': route(async (body) => {
    const { userId, status } = textsIn(body, 'userId', 'status')
    if (!isStatus(status)) throw new StackError('REQUEST_INVALID', `status is one of ${STATUSES.join(', ')}`)
    return told(await changed(() => im.setStatus(userId, status, platformIn(body))))
  }),
})

const route = (answer: (body: Body) => Promise<object>) => (_: unknown, event: HttpEvent) => answer(bodyOf(event))

const told = (callbacks: ReadonlyArray<SentCallback | undefined>, more: object = {}) => ({
  ok: true,
  ...more,
  callbacks: callbacks.flatMap((callback) => (callback === undefined ? [] : [shown(callback)])),
})

function shown({ command, tries, verdict }: SentCallback): ToldCallback {
  const last = tries.at(-1)
  return { command, status: last?.status ?? -1, tookMs: last?.tookMs ?? 0, verdict: verdict.kind }
}

/** @throws {StackError} REQUEST_INVALID for somebody who cannot be so */
async function changed<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (cause) {
    if (cause instanceof TypeError) throw new StackError('REQUEST_INVALID', cause.message, { cause })
    throw cause
  }
}

const isStatus = (status: string): status is ImStatus => STATUSES.some((each) => each === status)

/** @throws {StackError} REQUEST_INVALID */
function platformIn({ platform }: Body): ImPlatform | undefined {
  if (platform === undefined) return undefined
  const name = String(platform).toLowerCase()
  const found = PLATFORMS.find((each) => each.toLowerCase() === (name === 'iphone' ? 'ios' : name))
  if (found === undefined) throw new StackError('REQUEST_INVALID', `platform is one of ${PLATFORMS.join(', ')}`)
  return found
}

/** @throws {StackError} REQUEST_INVALID */
function namesIn(body: Body, name: string): readonly string[] {
  const { [name]: names = [] } = body
  if (Array.isArray(names) && names.every((each) => typeof each === 'string' && each !== '')) return names
  throw new StackError('REQUEST_INVALID', `${name} is a list of UserIDs`)
}
