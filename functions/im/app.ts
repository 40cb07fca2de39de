import { jsonAnswer } from '../../shared/http/json.ts'
import type { App, PlainResponse } from '../../shared/http/plain.ts'
import { ACKNOWLEDGED, answerOf, type ImAnswer, type Verdict } from '../../shared/im/answer.ts'
import type { BeforeMessage, Callback } from '../../shared/im/callback.ts'
import { type ImTrust, receiveCallback } from '../../shared/im/receive.ts'
import { Fault } from '../../shared/kernel/fault.ts'
import type { UserId } from '../../shared/kernel/ids.ts'
import type { Log } from '../../shared/kernel/log.ts'
import { type Clock, toSeconds } from '../../shared/kernel/time.ts'
import type { NoticeInbox } from '../../shared/store/notice.ts'
import { keep } from './keep.ts'

export interface ImDeps {
  readonly trust: ImTrust
  /** The administrator account: nobody tells it anything. */
  readonly admin: UserId
  readonly notices: NoticeInbox
  readonly moderate: (message: BeforeMessage) => Verdict
  readonly clock: Clock
  readonly log: Log
}

/** Verify, read, keep, answer: IM waits 2 s. */
export const imApp =
  (deps: ImDeps): App =>
  async ({ method, query, body }) => {
    try {
      if (method !== 'POST') throw new Fault('METHOD_UNKNOWN')
      const begun = deps.clock()
      const now = toSeconds(begun)
      const callback = receiveCallback(query, body, deps.trust, now)
      const outcome = await keep(callback, now, deps)
      const answer = answerTo(callback, deps)
      deps.log.info('im.accepted', { outcome, ...factsOf(callback), tookMs: deps.clock() - begun })
      return answer
    } catch (cause) {
      return refuse(cause, deps.log)
    }
  }

function answerTo(callback: Callback, deps: ImDeps): PlainResponse {
  return callback.kind === 'before-message' ? moderated(callback, deps) : said(ACKNOWLEDGED)
}

/** A rule that fails stops nobody's message. */
function moderated(message: BeforeMessage, { moderate, log }: ImDeps): PlainResponse {
  try {
    return said(answerOf(moderate(message), message.scope))
  } catch (cause) {
    log.error('im.failed', { reason: 'MODERATION_FAILED', because: cause instanceof Error ? cause.name : 'unknown' })
    return said(ACKNOWLEDGED)
  }
}

const said = (answer: ImAnswer): PlainResponse => jsonAnswer(200, answer)

const factsOf = (callback: Callback) =>
  callback.kind === 'other' ? { kind: callback.kind, command: callback.command } : { kind: callback.kind }

/** Every refusal looks the same; the reason is for our log alone, and the query, which would let others in, for nobody. */
function refuse(cause: unknown, log: Log): PlainResponse {
  if (!(cause instanceof Fault)) throw cause
  const isOurs = cause.status === 500
  const report = isOurs ? log.error : log.warn
  report(isOurs ? 'im.failed' : 'im.refused', { reason: cause.code, ...cause.facts })
  return { status: isOurs ? 500 : 401, body: '' }
}
