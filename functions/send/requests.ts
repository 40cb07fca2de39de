import { jsonAnswer } from '../../shared/http/json.ts'
import type { App } from '../../shared/http/plain.ts'
import { atOnce } from '../../shared/kernel/at-once.ts'
import { decodeUtf8 } from '../../shared/kernel/bytes.ts'
import { Fault } from '../../shared/kernel/fault.ts'
import { type OrderDeps, order } from '../../shared/notify/order.ts'
import type { SendOutcome } from '../../shared/notify/outcome.ts'
import { readRequest, type SendRequest } from '../../shared/notify/request.ts'

export interface RequestsDeps extends OrderDeps {}

/** What is wrong with a request itself: nothing was sent, and nothing will be. */
interface Invalid {
  readonly kind: 'invalid'
  readonly code: string
  readonly message: string
}

type Outcome = SendOutcome | Invalid

/** The HTTP API waits 30 s; more messages take longer. */
const MOST = 100
/** People served side by side. */
const AT_ONCE = 20
const MAX_BODY_BYTES = 256 * 1024

/**
 * One request, or a list of them; one outcome, or a list in the same order. Messages to one person go out one after the other,
 * as WeChat demands.
 * @throws {Fault} REQUEST_INVALID for a list that is too long
 */
export async function sendRequests(asked: unknown, deps: RequestsDeps): Promise<Outcome | readonly Outcome[]> {
  if (!Array.isArray(asked)) return await sendOne(asked, deps)
  if (asked.length > MOST)
    throw new Fault('REQUEST_INVALID', { problem: `more than ${MOST} messages; 超过 ${MOST} 条` })
  const outcomes: Outcome[] = []
  const bugs = await atOnce(AT_ONCE, [...byPerson(asked)], async (places) => {
    for (const place of places) outcomes[place] = await sendOne(asked[place], deps)
  })
  for (const each of bugs) if (each.status === 'rejected') throw each.reason
  return outcomes
}

function byPerson(asked: readonly unknown[]): Iterable<readonly number[]> {
  const places = new Map<unknown, number[]>()
  for (const [place, one] of asked.entries()) {
    const to = typeof one === 'object' && one !== null && 'to' in one ? nameOf(one.to) : place
    places.set(to, [...(places.get(to) ?? []), place])
  }
  return places.values()
}

/** A text, or one in an object that says what it is. */
function nameOf(to: unknown): unknown {
  if (typeof to !== 'object') return to
  const said: { readonly openid?: unknown; readonly userId?: unknown } = { ...to }
  return said.openid ?? said.userId
}

async function sendOne(asked: unknown, deps: RequestsDeps): Promise<Outcome> {
  const request = readable(asked)
  const outcome = 'kind' in request ? request : await sent(request, deps)
  deps.log.info('send.done', { outcome: outcome.kind, ...('code' in outcome ? { reason: outcome.code } : {}) })
  return outcome
}

function readable(asked: unknown): SendRequest | Invalid {
  try {
    return readRequest(asked)
  } catch (cause) {
    return invalid(cause)
  }
}

const sent = async (request: SendRequest, deps: RequestsDeps): Promise<Outcome> => {
  try {
    return await order(request, deps)
  } catch (cause) {
    return cause instanceof Fault && cause.status === 500 ? tryAgain(cause) : invalid(cause)
  }
}

/** Nothing of it has gone out: what has, is told all the same. */
const tryAgain = ({ code }: Fault): SendOutcome => ({ kind: 'try-again', reason: code })

function invalid(cause: unknown): Invalid {
  if (!(cause instanceof Fault) || cause.status !== 400) throw cause
  return { kind: 'invalid', code: cause.code, message: cause.message }
}

/** The same over HTTP, behind IAM. */
export const requestsApp =
  (deps: RequestsDeps): App =>
  async ({ method, body }) => {
    try {
      if (method !== 'POST') throw new Fault('METHOD_UNKNOWN')
      const outcome = await sendRequests(bodyOf(body), deps)
      return jsonAnswer('kind' in outcome && outcome.kind === 'invalid' ? 400 : 200, outcome)
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause
      deps.log[cause.status === 500 ? 'error' : 'warn']('send.refused', { reason: cause.code })
      return jsonAnswer(cause.status, { kind: 'invalid', code: cause.code, message: cause.message })
    }
  }

function bodyOf(body: Uint8Array): unknown {
  if (body.byteLength > MAX_BODY_BYTES) throw new Fault('BODY_TOO_LARGE', { bytes: body.byteLength })
  try {
    return JSON.parse(decodeUtf8(body))
  } catch {
    throw new Fault('REQUEST_INVALID', { problem: 'the body is not JSON; 请求体不是 JSON' })
  }
}
