import { TRUST_SETTINGS, trustOf } from '../functions/push/trust.ts'
import { loadSettings } from '../shared/config/settings.ts'
import { decodeUtf8 } from '../shared/kernel/bytes.ts'
import { FAULTS, Fault, type FaultCode } from '../shared/kernel/fault.ts'
import { type Seconds, seconds } from '../shared/kernel/time.ts'
import { readQuery } from '../shared/wechat/query.ts'
import { MAX_SKEW, type Push, receivePush, type Trust, verifyUrl } from '../shared/wechat/receive.ts'
import { type Format, readWire, type WireTree } from '../shared/wechat/wire.ts'
import { type Capture, suspicions } from './suspicions.ts'

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
    trust = trustOf(loadSettings(environment, ...TRUST_SETTINGS))
    if (capture.body === undefined) return verified(verifyUrl(capture.query, trust.tokens))
    const signedAt = seconds(Number(readQuery(capture.query).timestamp))
    const push = receivePush(capture.query, capture.body, trust, arrivedAt ?? signedAt)
    return opened(push, clockStep(push.signedAt, now, trust.maxAge))
  } catch (cause) {
    if (cause instanceof Fault) return failed(cause, capture, trust)
    throw cause
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
  if (age < -MAX_SKEW) return { step: 'clock', outcome: 'warning', note: `${at}; ahead of this clock 超前于本机时钟` }
  return { step: 'clock', outcome: 'ok', note: at }
}

function failed(fault: Fault, capture: Capture, trust: Trust | undefined): Diagnosis {
  const outer = capture.body === undefined ? undefined : peek(capture.body)
  const order: readonly StepName[] =
    capture.body === undefined ? VERIFICATION : trust?.mode === 'plaintext' ? PLAIN : SEALED
  const at = stepOf(fault.code, outer !== undefined)
  const before = at === 'clock' ? order : order.slice(0, order.indexOf(at))
  const { hint, zh } = FAULTS[fault.code]
  const suspected = suspicions(fault, capture, trust, outer?.fields).filter((line) => line !== '')
  const facts = Object.entries(fault.facts).map(([name, value]) => `${name}=${value}`)
  const note = fault.code === 'SETTINGS_INVALID' ? fault.code : [fault.code, ...facts].join(' ')
  return {
    ok: false,
    reason: fault.code,
    kind: null,
    format: outer?.format ?? null,
    sealed: outer === undefined ? null : outer.fields.Encrypt !== undefined,
    fields: outer?.fields ?? null,
    steps: [...before.map(passed), { step: at, outcome: 'failed', note }],
    look: suspected.length > 0 ? suspected : [`${hint} ${zh}`],
  }
}

function peek(body: Uint8Array): { format: Format; fields: WireTree } | undefined {
  try {
    return readWire(decodeUtf8(body))
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
