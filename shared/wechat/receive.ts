import { decodeCutUtf8, decodeUtf8 } from '../kernel/bytes.ts'
import { Fault } from '../kernel/fault.ts'
import type { AppId } from '../kernel/ids.ts'
import type { PushMode } from '../kernel/push-mode.ts'
import type { Secret } from '../kernel/secret.ts'
import { hours, type Seconds, seconds } from '../kernel/time.ts'
import { RETRY_MARGIN } from '../store/inbox.ts'
import { type AesKey, openEnvelope } from './envelope.ts'
import { type PushMessage, readMessage } from './message.ts'
import { need, type PushQuery, readQuery } from './query.ts'
import { encryptOf } from './sealed-body.ts'
import { findToken } from './signature.ts'
import { type Format, readWire, type WireTree } from './wire.ts'

/** What a request is checked against: set by us, never by the request. */
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

/** WeChat's pushes are a few KiB; nothing this large comes from WeChat. */
export const MAX_BODY_BYTES = 256 * 1024

/** How far WeChat's clock may be ahead of ours. */
export const MAX_SKEW = hours(1)

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
  const message = readMessage(fields)
  if (seal !== undefined) checkSwap(query, message.createTime, signedAt)
  return { format, seal, signedAt, nonce: query.nonce, text, fields, message }
}

type Opened = Pick<Push, 'format' | 'seal' | 'text' | 'fields'>

function openPlain(query: PushQuery, body: Uint8Array, { tokens }: Trust): Opened {
  verifySignature(query, tokens)
  const text = readText(body)
  const { format, fields: whole } = readWire(text)
  const fields = withoutEncrypt(whole)
  if (fields !== whole && Object.keys(fields).every((name) => name === 'ToUserName')) throw new Fault('PUSH_SEALED')
  return { format, seal: undefined, text, fields }
}

/** The members of a push from its opened body. */
export function readPushText(text: string): { readonly format: Format; readonly fields: WireTree } {
  const { format, fields } = readWire(text)
  return { format, fields: withoutEncrypt(fields) }
}

/** Compatible mode read in clear leaves an `Encrypt` beside the members; it differs from try to try and is no part of the push. */
function withoutEncrypt(fields: WireTree): WireTree {
  if (fields.Encrypt === undefined) return fields
  const { Encrypt: _, ...members } = fields
  return Object.assign(Object.create(null), members)
}

/** `msg_signature` alone decides, and what stands beside `Encrypt` is never read: anybody could have written it. */
function openSealed(query: PushQuery, body: Uint8Array, { tokens, keys, appId }: Trust): Opened {
  const encrypt = encryptOf(readText(body))
  if (encrypt === undefined) return refuseUnsealed(query, tokens)
  const { timestamp, nonce } = query
  const token = findToken(tokens, { timestamp, nonce, encrypt }, need('msg_signature', query.msgSignature))
  if (token === undefined) throw new Fault('SIGNATURE_MISMATCH', { parameter: 'msg_signature' })
  const { key, bytes } = openWithAny(encrypt, keys, appId)
  const text = decodeCutUtf8(bytes)
  const { format, fields } = readOpened(text)
  return { format, seal: { appId, token, key }, text, fields }
}

/**
 * WeChat wrote this: a text that it cut through a letter has lost that letter by now, and not the push. What cannot be read even
 * so is a push lost, and the log says that it was one.
 */
function readOpened(text: string): ReturnType<typeof readPushText> {
  try {
    return readPushText(text)
  } catch (cause) {
    throw cause instanceof Fault ? new Fault(cause.code, { ...cause.facts, inside: 'envelope' }, { cause }) : cause
  }
}

/** Only what WeChat signed says that the mode is set wrong; anybody can send a body in clear. */
function refuseUnsealed(query: PushQuery, tokens: readonly Secret[]): never {
  verifySignature(query, tokens)
  throw new Fault('PUSH_UNSEALED')
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
  throw failure ?? new Fault('ENVELOPE_REJECTED', { because: 'IllegalAesKey' })
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
  if (now - signedAt > maxAge) throw tooOld(now, signedAt)
  if (signedAt - now > MAX_SKEW) throw new Fault('PUSH_FROM_FUTURE', { hours: hoursBetween(signedAt, now) })
  return signedAt
}

/**
 * The signature covers timestamp and nonce sorted and joined, so an old push whose nonce reads as a later time verifies with the
 * two exchanged, or cut at another digit. The sealed CreateTime tells: it stands beside the moment that was really signed.
 */
function checkSwap({ timestamp, nonce }: PushQuery, createTime: Seconds | undefined, signedAt: Seconds): void {
  if (createTime === undefined || signedAt - createTime <= RETRY_MARGIN) return
  const digits = [timestamp, nonce].sort().join('')
  const readings = [digits.slice(0, 10), digits.slice(-10)].filter((reading) => reading !== timestamp)
  const real = readings.find((reading) => Math.abs(Number(reading) - createTime) <= RETRY_MARGIN)
  if (real !== undefined) throw tooOld(signedAt, seconds(Number(real)))
}

const tooOld = (now: Seconds, signedAt: Seconds): Fault =>
  new Fault('PUSH_TOO_OLD', { hours: hoursBetween(now, signedAt) })

const hoursBetween = (later: Seconds, earlier: Seconds): number => Math.floor((later - earlier) / 3600)
