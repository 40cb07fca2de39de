import { decodeUtf8 } from '../kernel/bytes.ts'
import { Fault } from '../kernel/fault.ts'
import type { AppId } from '../kernel/ids.ts'
import type { PushMode } from '../kernel/push-mode.ts'
import type { Secret } from '../kernel/secret.ts'
import { hours, type Seconds, seconds } from '../kernel/time.ts'
import { type AesKey, openEnvelope } from './envelope.ts'
import { type PushMessage, readMessage } from './message.ts'
import { need, type PushQuery, readQuery } from './query.ts'
import { findToken } from './signature.ts'
import { type Format, readWire, type WireTree } from './wire.ts'

/** What we hold against a request: set by us, never by the request. */
export interface Trust {
  readonly appId: AppId
  readonly tokens: readonly Secret[]
  readonly keys: readonly AesKey[]
  readonly mode: PushMode
  /** A push signed longer ago than this is refused. */
  readonly maxAge: Seconds
}

/** What opened a push, and seals the answer to it. */
export interface Seal {
  readonly appId: AppId
  readonly token: Secret
  readonly key: AesKey
}

/** A push that is proven to come from WeChat. */
export interface Push {
  readonly format: Format
  /** Present when the push was encrypted. */
  readonly seal: Seal | undefined
  readonly signedAt: Seconds
  readonly nonce: string
  /** The opened body as WeChat wrote it. */
  readonly text: string
  readonly fields: WireTree
  readonly message: PushMessage
}

/** How far WeChat's clock may be ahead of ours. */
const MAX_SKEW = hours(1)

/**
 * Answers WeChat's check of the URL. The same in every mode: only `signature` counts and `echostr` is never decrypted, that is
 * WeCom's scheme.
 * @throws {Fault} QUERY_REPEATED, QUERY_INCOMPLETE, SIGNATURE_MISMATCH
 */
export function verifyUrl(rawQuery: string, tokens: readonly Secret[]): string {
  const query = readQuery(rawQuery)
  const echostr = need('echostr', query.echostr)
  verifySignature(query, tokens)
  return echostr
}

/**
 * From the bytes of a request to a typed push: verify, open, parse.
 * @throws {Fault} QUERY_REPEATED, QUERY_INCOMPLETE, SIGNATURE_MISMATCH, ENVELOPE_REJECTED, PUSH_UNSEALED, PUSH_SEALED,
 * PUSH_TOO_OLD, PUSH_FROM_FUTURE, BODY_UNREADABLE
 */
export function receivePush(rawQuery: string, body: Uint8Array, trust: Trust, now: Seconds): Push {
  const query = readQuery(rawQuery)
  const opened = trust.mode === 'plaintext' ? openPlain(query, body, trust) : openSealed(query, body, trust)
  const signedAt = checkAge(query, trust.maxAge, now)
  const { format, seal, text, fields } = opened
  return { format, seal, signedAt, nonce: query.nonce, text, fields, message: readMessage(fields) }
}

type Opened = Pick<Push, 'format' | 'seal' | 'text' | 'fields'>

function openPlain(query: PushQuery, body: Uint8Array, { tokens }: Trust): Opened {
  verifySignature(query, tokens)
  const text = readText(body)
  const { format, fields } = readPushText(text)
  if (Object.keys(fields).length <= 1 && text.includes('Encrypt')) throw new Fault('PUSH_SEALED')
  return { format, seal: undefined, text, fields }
}

/**
 * The members of a push from its opened body. Compatible mode read in clear leaves an `Encrypt` beside them, which is no part of
 * the push: it differs from try to try.
 */
export function readPushText(text: string): { readonly format: Format; readonly fields: WireTree } {
  const { format, fields } = readWire(text)
  if (fields.Encrypt === undefined) return { format, fields }
  const { Encrypt: _, ...members } = fields
  return { format, fields: Object.assign(Object.create(null), members) }
}

/** `msg_signature` alone decides, and what stands beside `Encrypt` is never read: anybody could have written it. */
function openSealed(query: PushQuery, body: Uint8Array, { tokens, keys, appId }: Trust): Opened {
  const encrypt = readWire(readText(body)).fields.Encrypt
  if (typeof encrypt !== 'string' || encrypt === '') throw new Fault('PUSH_UNSEALED')
  const { timestamp, nonce } = query
  const token = findToken(tokens, { timestamp, nonce, encrypt }, need('msg_signature', query.msgSignature))
  if (token === undefined) throw new Fault('SIGNATURE_MISMATCH', { parameter: 'msg_signature' })
  const { key, bytes } = openWithAny(encrypt, keys, appId)
  const text = readText(bytes)
  const { format, fields } = readPushText(text)
  return { format, seal: { appId, token, key }, text, fields }
}

function verifySignature(query: PushQuery, tokens: readonly Secret[]): void {
  const { timestamp, nonce } = query
  const token = findToken(tokens, { timestamp, nonce }, need('signature', query.signature))
  if (token === undefined) throw new Fault('SIGNATURE_MISMATCH', { parameter: 'signature' })
}

/** While an EncodingAESKey is being replaced, pushes come under the old one and the new one. */
function openWithAny(encrypt: string, keys: readonly AesKey[], appId: AppId): { key: AesKey; bytes: Uint8Array } {
  let failure: unknown
  for (const key of keys) {
    try {
      return { key, bytes: openEnvelope(encrypt, key, appId) }
    } catch (cause) {
      failure ??= cause
    }
  }
  throw failure
}

function readText(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes)
  } catch (cause) {
    throw new Fault('BODY_UNREADABLE', { because: 'utf-8' }, { cause })
  }
}

/** An accepted push is remembered for longer than this, so that no replay is ever accepted. */
function checkAge({ timestamp }: PushQuery, maxAge: Seconds, now: Seconds): Seconds {
  const signedAt = seconds(Number(timestamp))
  if (now - signedAt > maxAge) throw new Fault('PUSH_TOO_OLD', { hours: Math.floor((now - signedAt) / 3600) })
  if (signedAt - now > MAX_SKEW) throw new Fault('PUSH_FROM_FUTURE', { hours: Math.floor((signedAt - now) / 3600) })
  return signedAt
}
