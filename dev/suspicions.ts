import type { Fault } from '../shared/kernel/fault.ts'
import { type PushQuery, readQuery } from '../shared/wechat/query.ts'
import type { Trust } from '../shared/wechat/receive.ts'
import { findToken } from '../shared/wechat/signature.ts'
import type { WireTree } from '../shared/wechat/wire.ts'

/** A request as it was caught: in a log, in a proxy, in a test. */
export interface Capture {
  readonly query: string
  /** Absent for the check of the URL. */
  readonly body?: Uint8Array
}

/** What a developer most likely did, judged by what still fits. */
export function suspicions(
  fault: Fault,
  capture: Capture,
  trust: Trust | undefined,
  outer: WireTree | undefined,
): string[] {
  if (fault.code === 'SETTINGS_INVALID') return [String(fault.facts.settings)]
  if (isWeComCheck(capture)) {
    return [
      'This is the check of WeCom (企业微信), which signs echostr; a mini program signs with signature. 这是企业微信的验证请求，小程序不用这种方式。',
    ]
  }
  if (fault.code === 'QUERY_INCOMPLETE' && fault.facts.parameter === 'echostr') {
    return [
      'No echostr: this is a push. Give its body with --body-file. 没有 echostr：这是一条推送，请用 --body-file 给出请求体。',
    ]
  }
  if (fault.code === 'SIGNATURE_MISMATCH') return suspectSignature(capture, trust, outer)
  if (fault.code === 'ENVELOPE_REJECTED') return [SUSPECT_ENVELOPE[String(fault.facts.because)] ?? '']
  if (isLambdaEvent(outer)) {
    return ['This is a Lambda event: give what stands under its "body". 这是 Lambda 事件，请给出其中的 body。']
  }
  if (fault.code === 'BODY_UNREADABLE' && (fault.facts.because === 'json' || fault.facts.because === 'xml')) {
    return ['The body is damaged: was it cut off? 请求体不完整或已损坏，是否被截断？']
  }
  if (fault.code === 'BODY_UNREADABLE' && fault.facts.because === 'format' && fault.facts.inside === undefined) {
    return [
      'The body begins with neither { nor <: was it captured whole, and as bytes? 请求体不以 { 或 < 开头，请确认抓取完整。',
    ]
  }
  return []
}

const isLambdaEvent = (outer: WireTree | undefined): boolean => outer?.rawQueryString !== undefined

const SUSPECT_ENVELOPE: Readonly<Record<string, string>> = {
  DecryptAESError: 'Encrypt is cut off or not base64: was the body captured whole? Encrypt 不完整，请确认抓取完整。',
  IllegalBuffer:
    'The Token is right and the key is not: copy the 43 characters of EncodingAESKey again. Token 正确但密钥不对，请重新复制 43 位 EncodingAESKey。',
  ValidateAppidError:
    'Token and key are right, the push is for another AppID: check WECHAT_APP_ID (a third-party platform sends its component_appid). Token 与密钥正确但 AppID 不同，请检查 WECHAT_APP_ID。',
  AnswerReturned:
    'This is an answer of ours, not a push: was it captured on its way back? 这是我方的应答而不是推送，请确认抓取的是微信发来的请求。',
}

const isWeComCheck = ({ query, body }: Capture): boolean => {
  const members = new URLSearchParams(query)
  return body === undefined && members.has('msg_signature') && (members.get('echostr') ?? '').length > 40
}

function suspectSignature(capture: Capture, trust: Trust | undefined, outer: WireTree | undefined): string[] {
  const query = readQuery(capture.query)
  if (trust === undefined || capture.body === undefined || !fitsPlainly(query, trust)) {
    return ['The Token is another one than the console has. Token 与后台不一致。']
  }
  if (typeof outer?.Encrypt === 'string' && outer.Encrypt.includes(' ')) {
    return [
      'Encrypt holds blanks where + was: the body was URL-decoded. Encrypt 中的 + 变成了空格，请求体被 URL 解码过。',
    ]
  }
  return [
    'The Token is right, Encrypt is not what was signed: body and query belong together? Token 正确但 Encrypt 与签名不符，请确认请求体与查询串属于同一请求。',
  ]
}

const fitsPlainly = ({ signature, timestamp, nonce }: PushQuery, { tokens }: Trust): boolean =>
  signature !== undefined && findToken(tokens, { timestamp, nonce }, signature) !== undefined
