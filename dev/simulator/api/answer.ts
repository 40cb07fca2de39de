import { randomBytes } from 'node:crypto'
import { type Millis, toSeconds } from '../../../shared/kernel/time.ts'
import { type WireDraft, writeWire } from '../../../shared/wechat/wire.ts'
import type { Refusal } from './refusal.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  /** What the body says, for the outbox. */
  readonly says: unknown
  /** Called when the answer is on its way. */
  readonly onSent?: () => void
}

/** WeChat calls its JSON plain text. */
export const json = (says: WireDraft): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/plain' },
  body: writeWire('json', says),
  says,
})

/** A success that has an errcode; those of tokens, logins and uploads have none. */
export const ok = (members: WireDraft = {}): Answer => json({ errcode: 0, errmsg: 'ok', ...members })

export const refused = ({ errcode, message }: Refusal, now: Millis): Answer =>
  json({ errcode, errmsg: `${message} rid: ${aRid(now)}` })

/** What the proxy in front of WeChat's API says. */
export function proxyPage(status: number): Answer {
  const title = `${status} ${REASONS[status] ?? 'Error'}`
  return {
    status,
    headers: { 'content-type': 'text/html' },
    body: `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`,
    says: { html: title },
  }
}

const REASONS: Readonly<Record<number, string>> = {
  404: 'Not Found',
  412: 'Precondition Failed',
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
}

/** The request's id: its second, and what makes it one of a kind. */
function aRid(now: Millis): string {
  const word = (): string => randomBytes(4).toString('hex')
  return `${toSeconds(now).toString(16).padStart(8, '0')}-${word()}-${word()}`
}
