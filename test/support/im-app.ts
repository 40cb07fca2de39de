import { imApp } from '../../functions/im/app.ts'
import type { PlainRequest } from '../../shared/http/plain.ts'
import type { Verdict } from '../../shared/im/answer.ts'
import type { BeforeMessage } from '../../shared/im/callback.ts'
import type { ImTrust } from '../../shared/im/receive.ts'
import type { Seconds } from '../../shared/kernel/time.ts'
import { moderate } from '../../shared/reply/moderation.ts'
import { memoryNotices } from '../../shared/store/memory-notices.ts'
import type { NoticeInbox } from '../../shared/store/notice.ts'
import { aClock, NOW } from './build.ts'
import { ADMIN, anImTrust } from './im.ts'
import { aLog } from './lines.ts'

interface Changes {
  readonly trust?: Partial<ImTrust>
  readonly rule?: (message: BeforeMessage) => Verdict
  readonly notices?: NoticeInbox
  readonly now?: Seconds
}

/** functions/im with an inbox in memory, a clock that stands still, and its log lines caught. */
export function anImApp({ trust, rule = moderate, notices, now = NOW }: Changes = {}) {
  const clock = aClock(now)
  const { log, lines } = aLog()
  const inbox = memoryNotices(clock)
  const deps = { trust: anImTrust(trust), admin: ADMIN, notices: notices ?? inbox, moderate: rule, clock, log }
  const app = imApp(deps)
  const send = (request: Partial<Omit<PlainRequest, 'body'>> & { readonly body?: string | Uint8Array }) =>
    app({ method: 'POST', path: '/im', query: '', ...request, body: Buffer.from(request.body ?? '') })
  const logged = (): readonly Readonly<Record<string, unknown>>[] => lines.map((line) => JSON.parse(line))
  return { send, clock, lines, logged, items: inbox.items }
}

const head = { status: 200, contentType: 'application/json; charset=utf-8' }

export const anAnswer = (answer: object) => ({ ...head, body: JSON.stringify(answer) })

export const ACCEPTED = anAnswer({ ActionStatus: 'OK', ErrorCode: 0, ErrorInfo: '' })
