import type { App, PlainRequest, PlainResponse } from '../../shared/http/plain.ts'
import { Fault } from '../../shared/kernel/fault.ts'
import { type Log, pseudonym } from '../../shared/kernel/log.ts'
import { type Clock, type Millis, type Seconds, toMillis, toSeconds } from '../../shared/kernel/time.ts'
import { decide } from '../../shared/reply/decide.ts'
import type { Inbox } from '../../shared/store/inbox.ts'
import { writeAnswer } from '../../shared/wechat/answer.ts'
import { isContainerCheck } from '../../shared/wechat/container-check.ts'
import { dedupKeyOf } from '../../shared/wechat/dedup.ts'
import { answerRandom } from '../../shared/wechat/envelope.ts'
import { isConversation } from '../../shared/wechat/message.ts'
import { personOf } from '../../shared/wechat/person.ts'
import { MAX_BODY_BYTES, type Push, receivePush, type Trust, verifyUrl } from '../../shared/wechat/receive.ts'

export interface PushDeps {
  readonly trust: Trust
  readonly inbox: Inbox
  readonly clock: Clock
  readonly log: Log
}

const TEXT = 'text/plain; charset=utf-8'

/** GET: verify, echo. POST: verify, open, parse, accept, answer. */
export const pushApp =
  (deps: PushDeps): App =>
  async (request) => {
    try {
      if (request.method === 'GET') return echo(request, deps)
      if (request.method === 'POST') return await receive(request, deps)
      throw new Fault('METHOD_UNKNOWN')
    } catch (cause) {
      return refuse(cause, deps.log)
    }
  }

function echo({ query }: PlainRequest, { trust, log }: PushDeps): PlainResponse {
  const body = verifyUrl(query, trust.tokens)
  log.info('push.verified')
  return { status: 200, contentType: TEXT, body }
}

async function receive({ query, body }: PlainRequest, deps: PushDeps): Promise<PlainResponse> {
  if (body.byteLength > MAX_BODY_BYTES) throw new Fault('BODY_TOO_LARGE', { bytes: body.byteLength })
  if (isContainerCheck(body)) return { status: 200, contentType: TEXT, body: 'success' }
  const begun = deps.clock()
  const now = toSeconds(begun)
  const push = receivePush(query, body, deps.trust, now)
  await accept(push, begun, deps)
  return answer(push, now)
}

async function accept(push: Push, begun: Millis, { inbox, clock, log, trust }: PushDeps): Promise<void> {
  const { message, format, fields, text, signedAt } = push
  const sealed = push.seal !== undefined
  const openId = personOf(fields)
  const key = { appId: trust.appId, openId, dedupKey: dedupKeyOf(fields) }
  const { kind } = message
  const said = { message: kind, isConversation: isConversation(kind), format, sealed, text, signedAt }
  const outcome = await inbox.accept({ ...key, ...said })
  const now = clock()
  const times = { lagMs: now - toMillis(signedAt), tookMs: now - begun }
  log.info('push.accepted', { outcome, kind, format, sealed, person: pseudonym(openId), ...times })
}

function answer(push: Push, now: Seconds): PlainResponse {
  const written = writeAnswer(decide(push.message).answer, push, { now, random: answerRandom })
  return { status: 200, ...written }
}

/** Every refusal looks the same; the reason is for our log alone. */
function refuse(cause: unknown, log: Log): PlainResponse {
  if (!(cause instanceof Fault)) throw cause
  const report = cause.status === 500 ? log.error : log.warn
  report(cause.status === 500 ? 'push.failed' : 'push.refused', { reason: cause.code, ...cause.facts })
  return { status: cause.status, body: '' }
}
