import { deflateSync, inflateSync } from 'node:zlib'
import { equalDigests, hmacSha256 } from '../kernel/bytes.ts'
import { Fault } from '../kernel/fault.ts'
import type { SdkAppId, UserId } from '../kernel/ids.ts'
import type { Secret } from '../kernel/secret.ts'
import { type Seconds, seconds } from '../kernel/time.ts'
import { countOf, type Fields, readObject } from './json.ts'
import { isUserId } from './user-id.ts'

interface Signer {
  readonly sdkAppId: SdkAppId
  readonly secretKey: Secret
  readonly userId: UserId
  readonly now: Seconds
  /** Of TRTC's rooms; calls of IM have none. */
  readonly userBuf?: Uint8Array
}

/** What a UserSig says of itself, every line of which is signed. */
interface Claims {
  readonly identifier: string
  readonly sdkAppId: string
  readonly time: number
  readonly expire: number
  /** In base64. */
  readonly userBuf?: string
}

/** A UserSig is some hundreds of bytes. */
const MAX_BYTES = 16 * 1024

/**
 * What a person, or an administrator who calls IM's API, proves their UserID with, from now on and for `expire`. The text differs
 * from one zlib to the next; what it says does not.
 * @throws {Fault} USER_ID_INVALID: a line break would begin another line of what is signed
 * @see https://cloud.tencent.com/document/product/269/32688
 */
export function signUserSig({ now, expire, ...signer }: Signer & { readonly expire: Seconds }): string {
  const { sdkAppId, userId, userBuf, secretKey } = signer
  if (!isUserId(userId)) throw new Fault('USER_ID_INVALID', { bytes: Buffer.byteLength(userId) })
  const buffer = userBuf === undefined ? {} : { userBuf: Buffer.from(userBuf).toString('base64') }
  const claims: Claims = { identifier: userId, sdkAppId, time: now, expire, ...buffer }
  const members = {
    'TLS.ver': '2.0',
    'TLS.identifier': userId,
    'TLS.sdkappid': Number(sdkAppId),
    'TLS.time': now,
    'TLS.expire': expire,
    ...(claims.userBuf === undefined ? {} : { 'TLS.userbuf': claims.userBuf }),
    'TLS.sig': signatureOf(claims, secretKey),
  }
  return deflateSync(JSON.stringify(members))
    .toString('base64')
    .replace(/[+/=]/g, (letter) => OUTWARD[letter] ?? '')
}

/**
 * Signed by the same key, for the same application and person, and not expired; the last second counts.
 * @throws {Fault} USER_SIG_INVALID with a `reason`: malformed, mismatch, foreign-app, foreign-user, foreign-buffer, expired
 */
export function verifyUserSig(sig: string, { sdkAppId, secretKey, userId, now, userBuf }: Signer): Lifetime {
  const { claims, signature } = open(sig)
  if (!equalDigests(signatureOf(claims, secretKey), signature)) throw invalid('mismatch')
  if (claims.sdkAppId !== sdkAppId) throw invalid('foreign-app')
  if (claims.identifier !== userId) throw invalid('foreign-user')
  const expected = userBuf === undefined ? undefined : Buffer.from(userBuf).toString('base64')
  if (claims.userBuf !== expected) throw invalid('foreign-buffer')
  const expiresAt = seconds(claims.time + claims.expire)
  if (now > expiresAt) throw invalid('expired')
  return { signedAt: seconds(claims.time), expiresAt }
}

interface Lifetime {
  readonly signedAt: Seconds
  readonly expiresAt: Seconds
}

const invalid = (reason: string): Fault => new Fault('USER_SIG_INVALID', { reason })

/** Base64 that may stand in a URL, but not base64url. */
const OUTWARD: Readonly<Record<string, string>> = { '+': '*', '/': '-', '=': '_' }
const INWARD: Readonly<Record<string, string>> = { '*': '+', '-': '/', _: '=' }

/** The order of the lines is signed, that of the JSON is not; the key is its letters, not the hex that it looks like. */
function signatureOf({ identifier, sdkAppId, time, expire, userBuf }: Claims, secretKey: Secret): string {
  const lines = [
    `TLS.identifier:${identifier}`,
    `TLS.sdkappid:${sdkAppId}`,
    `TLS.time:${time}`,
    `TLS.expire:${expire}`,
    ...(userBuf === undefined ? [] : [`TLS.userbuf:${userBuf}`]),
  ]
  return hmacSha256(secretKey.reveal(), lines.map((line) => `${line}\n`).join('')).toString('base64')
}

function open(sig: string): { readonly claims: Claims; readonly signature: string } {
  const fields = readObject(inflate(sig))
  const claims = claimsOf(fields ?? {})
  const signature = fields?.['TLS.sig']
  if (claims === undefined || typeof signature !== 'string') throw invalid('malformed')
  return { claims, signature }
}

function inflate(sig: string): Buffer {
  if (!/^[A-Za-z0-9*-]+_{0,2}$/.test(sig) || sig.length > MAX_BYTES) throw invalid('malformed')
  const base64 = sig.replace(/[*_-]/g, (letter) => INWARD[letter] ?? '')
  try {
    return inflateSync(Buffer.from(base64, 'base64'), { maxOutputLength: MAX_BYTES })
  } catch {
    throw invalid('malformed')
  }
}

function claimsOf(fields: Fields): Claims | undefined {
  const identifier = fields['TLS.identifier']
  const userBuf = fields['TLS.userbuf']
  const [app, time, expire] = ['TLS.sdkappid', 'TLS.time', 'TLS.expire'].map((name) => countOf(fields[name]))
  if (typeof identifier !== 'string' || !isUserId(identifier)) return undefined
  if (app === undefined || time === undefined || expire === undefined) return undefined
  if (userBuf !== undefined && typeof userBuf !== 'string') return undefined
  return { identifier, sdkAppId: String(app), time, expire, ...(userBuf === undefined ? {} : { userBuf }) }
}
