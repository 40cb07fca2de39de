import { type Fetch, type HttpAnswer, type HttpRequest, request, Unanswered } from '../http/request.ts'
import { decodeUtf8 } from '../kernel/bytes.ts'
import { Fault } from '../kernel/fault.ts'
import type { Log } from '../kernel/log.ts'
import type { Secret } from '../kernel/secret.ts'
import { type Clock, type Millis, millis } from '../kernel/time.ts'
import { refusal } from './errcode.ts'
import { logFailure } from './failure.ts'
import { wholeLetters } from './letters.ts'
import { readJson, scalarOf, type WireTree } from './wire.ts'

/** What a call needs of the world. */
export interface World {
  readonly fetch: Fetch
  /** Scheme and host of WeChat's API, without a slash at its end. */
  readonly base: string
  readonly clock: Clock
  readonly log: Log
  /** How long a call may take; 5 s, and 20 s for an upload. */
  readonly deadlines?: { readonly call: Millis; readonly upload: Millis }
}

export interface Call {
  readonly method: 'GET' | 'POST'
  /** Method and path are all that logs and errors say of a call. */
  readonly path: string
  /** May hold secrets: it goes into the URL, and the URL nowhere. */
  readonly query?: Readonly<Record<string, string | Secret>>
  readonly body?: Readonly<Record<string, unknown>> | FormData
  /** A member that WeChat's answer has whenever the call succeeds: what lacks it was said by somebody on the way. */
  readonly tells?: string
}

/**
 * What WeChat answers, every scalar as the text that stood there: a `msgid` has more digits than a number keeps.
 * @throws {Fault} WECHAT_UNREACHABLE, WECHAT_UNREADABLE, WECHAT_REFUSED
 */
export type Caller = (call: Call) => Promise<WireTree>

const DEADLINES = { call: millis(5000), upload: millis(20_000) }
/** The largest answers list the templates of an account. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024
const MAX_ANSWER_ELEMENTS = 200_000

export function weChatCaller({ fetch, base, clock, log, deadlines = DEADLINES }: World): Caller {
  return async (call) => {
    const name = `${call.method} ${call.path}`
    const startedAt = clock()
    try {
      const fields = readAnswer(name, await answerTo(call), call.tells)
      log.debug('wechat.called', { call: name, tookMs: clock() - startedAt })
      return fields
    } catch (cause) {
      const afterMs = clock() - startedAt
      const failure = cause instanceof Unanswered ? unreachable(name, cause.because, afterMs) : cause
      if (failure instanceof Fault) logFailure(log, failure)
      throw failure
    }
  }

  async function answerTo({ method, path, query = {}, body }: Call): Promise<HttpAnswer> {
    const url = `${base}${path}${queryOf(query)}`
    const isUpload = body instanceof FormData
    const deadline = isUpload ? deadlines.upload : deadlines.call
    const answer = await request(fetch, { method, url, deadline, maxBytes: MAX_ANSWER_BYTES, ...contentOf(body) })
    if (answer.status >= 500 || answer.status === 429) throw new Unanswered(`status ${answer.status}`)
    return answer
  }
}

const unreachable = (call: string, because: string, afterMs: number): Fault =>
  new Fault('WECHAT_UNREACHABLE', { call, because, afterMs })

/** WeChat says everything with 200. Success often has no `errcode` at all; the content type is not to be relied on. */
function readAnswer(call: string, { status, body }: HttpAnswer, told: string | undefined): WireTree {
  const fields = status === 200 ? readFields(body) : undefined
  const errcode = scalarOf(fields?.errcode ?? '0')
  if (fields === undefined || !/^-?\d{1,9}$/.test(errcode)) {
    throw new Fault('WECHAT_UNREADABLE', { call, status, bytes: body.byteLength })
  }
  if (Number(errcode) !== 0) throw refusal(call, Number(errcode), scalarOf(fields.errmsg))
  if (told !== undefined && fields[told] === undefined) {
    throw new Fault('WECHAT_UNREADABLE', { call, status, missing: told })
  }
  return fields
}

function readFields(body: Buffer): WireTree | undefined {
  try {
    return readJson(decodeUtf8(body), MAX_ANSWER_ELEMENTS)
  } catch {
    return undefined
  }
}

function queryOf(query: Readonly<Record<string, string | Secret>>): string {
  const members = Object.entries(query).map(
    ([name, value]) => `${name}=${encodeURIComponent(typeof value === 'string' ? value : value.reveal())}`,
  )
  return members.length === 0 ? '' : `?${members.join('&')}`
}

const HEADERS = { 'content-type': 'application/json' }

function contentOf(body: Call['body']): Pick<HttpRequest, 'headers' | 'body'> {
  if (body === undefined) return {}
  return body instanceof FormData ? { body } : { headers: HEADERS, body: JSON.stringify(body, wholeLetters) }
}
