import { loadSettings } from '../shared/config/settings.ts'
import { FAULTS, Fault, type FaultCode } from '../shared/kernel/fault.ts'
import { type Seconds, seconds } from '../shared/kernel/time.ts'
import { decodeAesKey } from '../shared/wechat/envelope.ts'
import { type PushQuery, readQuery } from '../shared/wechat/query.ts'
import { type Push, receivePush, type Trust, verifyUrl } from '../shared/wechat/receive.ts'
import { findToken } from '../shared/wechat/signature.ts'
import { type Format, readWire, type WireTree } from '../shared/wechat/wire.ts'

/** A request as it was caught: in a log, in a proxy, in a test. */
export interface Capture {
  readonly query: string
  /** Absent for the check of the URL. */
  readonly body?: Uint8Array
}

type StepName = 'settings' | 'query' | 'body' | 'signature' | 'envelope' | 'message' | 'clock'

export interface Step {
  readonly step: StepName
  readonly outcome: 'ok' | 'failed' | 'warning'
  readonly note: string
}

export interface Diagnosis {
  readonly ok: boolean
  readonly reason?: FaultCode
  readonly kind: string | null
  readonly format: Format | null
  readonly sealed: boolean | null
  readonly fields: WireTree | null
  readonly steps: readonly Step[]
  /** What to look at, most likely first; English and Chinese. */
  readonly look: readonly string[]
}

const NOTES: Readonly<Record<StepName, string>> = {
  settings: 'the settings are complete 配置完整',
  query: 'signature, timestamp and nonce are there 查询参数齐全',
  body: 'the body reads as JSON or XML 请求体可解析',
  signature: 'signed with our Token 签名正确',
  envelope: 'our EncodingAESKey opens it and it names our AppID 解密成功且 AppID 一致',
  message: 'the message inside reads 消息可解析',
  clock: '',
}

const VERIFICATION = ['settings', 'query', 'signature'] as const
const PLAIN = ['settings', 'query', 'signature', 'body', 'message'] as const
const SEALED = ['settings', 'query', 'body', 'signature', 'envelope', 'message'] as const

/**
 * Goes the receiver's own way with a captured request and says how far it came. The age of a capture is no failure: `arrivedAt`
 * is when it came in, and without it only a clock that disagrees is reported.
 */
export function diagnose(
  capture: Capture,
  environment: Readonly<Record<string, string>>,
  { now, arrivedAt }: { readonly now: Seconds; readonly arrivedAt?: Seconds },
): Diagnosis {
  let trust: Trust | undefined
  try {
    trust = trustOf(environment)
    if (capture.body === undefined) return verified(verifyUrl(capture.query, trust.tokens))
    const signedAt = seconds(Number(readQuery(capture.query).timestamp))
    const push = receivePush(capture.query, capture.body, trust, arrivedAt ?? signedAt)
    return opened(push, clockStep(push.signedAt, now, trust.maxAge))
  } catch (cause) {
    if (cause instanceof Fault) return failed(cause, capture, trust)
    throw cause
  }
}

function trustOf(environment: Readonly<Record<string, string>>): Trust {
  const names = ['appId', 'tokens', 'encodingAesKeys', 'pushMode', 'pushRetention'] as const
  const settings = loadSettings(environment, ...names)
  return {
    appId: settings.appId,
    tokens: settings.tokens,
    keys: settings.encodingAesKeys.map((key) => decodeAesKey(key.reveal())),
    mode: settings.pushMode,
    maxAge: settings.pushRetention,
  }
}

const passed = (step: StepName): Step => ({ step, outcome: 'ok', note: NOTES[step] })

const verified = (echostr: string): Diagnosis => ({
  ok: true,
  kind: 'verification',
  format: null,
  sealed: false,
  fields: { echostr },
  steps: VERIFICATION.map(passed),
  look: [],
})

function opened({ message, format, seal, fields }: Push, clock: Step): Diagnosis {
  const steps = [...(seal === undefined ? PLAIN : SEALED).map(passed), clock]
  return { ok: true, kind: message.kind, format, sealed: seal !== undefined, fields, steps, look: [] }
}

function clockStep(signedAt: Seconds, now: Seconds, maxAge: Seconds): Step {
  const age = now - signedAt
  const at = `signed at ${new Date(signedAt * 1000).toISOString()} 签名时间`
  if (age > maxAge)
    return { step: 'clock', outcome: 'warning', note: `${at}; arriving now it would be refused 现在到达会被拒绝` }
  if (age < -3600) return { step: 'clock', outcome: 'warning', note: `${at}; ahead of this clock 超前于本机时钟` }
  return { step: 'clock', outcome: 'ok', note: at }
}

function failed(fault: Fault, capture: Capture, trust: Trust | undefined): Diagnosis {
  const outer = capture.body === undefined ? undefined : peek(capture.body)
  const order: readonly StepName[] =
    capture.body === undefined ? VERIFICATION : trust?.mode === 'plaintext' ? PLAIN : SEALED
  const at = stepOf(fault.code, outer !== undefined)
  const before = at === 'clock' ? order : order.slice(0, order.indexOf(at))
  const { hint, zh } = FAULTS[fault.code]
  const facts = Object.entries(fault.facts).map(([name, value]) => `${name}=${value}`)
  const note = [fault.code, ...facts].join(' ')
  return {
    ok: false,
    reason: fault.code,
    kind: null,
    format: outer?.format ?? null,
    sealed: outer === undefined ? null : outer.fields.Encrypt !== undefined,
    fields: outer?.fields ?? null,
    steps: [...before.map(passed), { step: at, outcome: 'failed', note }],
    look: [...suspicions(fault, capture, trust, outer?.fields), `${hint} ${zh}`],
  }
}

function peek(body: Uint8Array): { format: Format; fields: WireTree } | undefined {
  try {
    return readWire(
      Buffer.from(body)
        .toString('utf8')
        .replace(/^\uFEFF/, ''),
    )
  } catch {
    return undefined
  }
}

function stepOf(code: FaultCode, bodyReads: boolean): StepName {
  switch (code) {
    case 'SETTINGS_INVALID':
      return 'settings'
    case 'SIGNATURE_MISMATCH':
      return 'signature'
    case 'ENVELOPE_REJECTED':
      return 'envelope'
    case 'BODY_UNREADABLE':
      return bodyReads ? 'message' : 'body'
    case 'PUSH_UNSEALED':
    case 'PUSH_SEALED':
      return 'body'
    case 'PUSH_TOO_OLD':
    case 'PUSH_FROM_FUTURE':
      return 'clock'
    default:
      return 'query'
  }
}

/** What a developer most likely did, judged by what still fits. */
function suspicions(fault: Fault, capture: Capture, trust: Trust | undefined, outer: WireTree | undefined): string[] {
  if (fault.code === 'SETTINGS_INVALID') return [String(fault.facts.settings)]
  if (isWeComCheck(capture)) {
    return [
      'This is the check of WeCom (企业微信), which signs echostr; a mini program signs with signature. 这是企业微信的验证请求，小程序不用这种方式。',
    ]
  }
  if (fault.code === 'SIGNATURE_MISMATCH') return suspectSignature(capture, trust, outer)
  if (fault.code === 'ENVELOPE_REJECTED') return [SUSPECT_ENVELOPE[String(fault.facts.because)] ?? '']
  if (fault.code === 'BODY_UNREADABLE' && fault.facts.because === 'format') {
    return [
      'The body begins with neither { nor <: was it captured whole, and as bytes? 请求体不以 { 或 < 开头，请确认抓取完整。',
    ]
  }
  return []
}

const SUSPECT_ENVELOPE: Readonly<Record<string, string>> = {
  DecryptAESError: 'Encrypt is cut off or not base64: was the body captured whole? Encrypt 不完整，请确认抓取完整。',
  IllegalBuffer:
    'The Token is right and the key is not: copy the 43 characters of EncodingAESKey again. Token 正确但密钥不对，请重新复制 43 位 EncodingAESKey。',
  ValidateAppidError:
    'Token and key are right, the push is for another AppID: check WECHAT_APP_ID (a third-party platform sends its component_appid). Token 与密钥正确但 AppID 不同，请检查 WECHAT_APP_ID。',
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
