import { deflateSync, inflateSync } from 'node:zlib'
import { decodeUtf8, equalDigests, hmacSha256 } from '../../../shared/kernel/bytes.ts'
import type { Secret } from '../../../shared/kernel/secret.ts'
import type { Seconds } from '../../../shared/kernel/time.ts'
import { isMembers, type Members } from '../api/call.ts'

/** The application, as the console of Tencent IM knows it. */
export interface ImApplication {
  readonly sdkAppId: number
  readonly secretKey: Secret
}

/** Malformed, wrong key, other UserID, other SDKAppID, expired. */
export type SigFault = 70001 | 70003 | 70009 | 70013 | 70014

interface Signing {
  readonly now: Seconds
  readonly expire: Seconds
}

interface Claim {
  readonly identifier: string
  readonly sdkAppId: number
  readonly time: number
  readonly expire: number
  /** Base64, or `undefined`. */
  readonly userBuf: unknown
  readonly sig: string
}

/**
 * A UserSig, TLSSigAPIv2.
 * @see https://github.com/tencentyun/tls-sig-api-v2-node
 */
export function signUser({ sdkAppId, secretKey }: ImApplication, userId: string, { now, expire }: Signing): string {
  const claim = { identifier: userId, sdkAppId, time: now, expire, userBuf: undefined }
  const document = {
    'TLS.ver': '2.0',
    'TLS.identifier': userId,
    'TLS.sdkappid': sdkAppId,
    'TLS.time': now,
    'TLS.expire': expire,
    'TLS.sig': sigOf(claim, secretKey),
  }
  return toUserSig(deflateSync(JSON.stringify(document)))
}

/** `undefined`: the signature holds for this person now. */
export function faultOf(
  userSig: string,
  { sdkAppId, secretKey }: ImApplication,
  userId: string,
  now: Seconds,
): SigFault | undefined {
  const claim = readClaim(userSig)
  if (claim === undefined) return 70003
  if (claim.sdkAppId !== sdkAppId) return 70014
  if (claim.identifier !== userId) return 70013
  if (!equalDigests(sigOf(claim, secretKey), claim.sig)) return 70009
  return now > claim.time + claim.expire ? 70001 : undefined
}

function sigOf(claim: Omit<Claim, 'sig'>, key: Secret): string {
  const { identifier, sdkAppId, time, expire, userBuf } = claim
  const lines = [
    `TLS.identifier:${identifier}`,
    `TLS.sdkappid:${sdkAppId}`,
    `TLS.time:${time}`,
    `TLS.expire:${expire}`,
    ...(userBuf === undefined ? [] : [`TLS.userbuf:${userBuf}`]),
  ]
  return hmacSha256(key.reveal(), lines.map((line) => `${line}\n`).join('')).toString('base64')
}

function readClaim(userSig: string): Claim | undefined {
  const document = readDocument(userSig)
  if (document?.['TLS.ver'] !== '2.0') return undefined
  const identifier = document['TLS.identifier']
  const sig = document['TLS.sig']
  const [sdkAppId, time, expire] = ['TLS.sdkappid', 'TLS.time', 'TLS.expire'].map((name) => document[name])
  if (typeof identifier !== 'string' || typeof sig !== 'string') return undefined
  if (!isWhole(sdkAppId) || !isWhole(time) || !isWhole(expire)) return undefined
  return { identifier, sdkAppId, time, expire, userBuf: document['TLS.userbuf'], sig }
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value)

const LONGEST_DOCUMENT = 16 * 1024

function readDocument(userSig: string): Members | undefined {
  if (!/^[\w*-]+$/.test(userSig)) return undefined
  try {
    const bytes = inflateSync(fromUserSig(userSig), { maxOutputLength: LONGEST_DOCUMENT })
    const document: unknown = JSON.parse(decodeUtf8(bytes))
    return isMembers(document) ? document : undefined
  } catch {
    return undefined
  }
}

/** Not base64url: `*`, `-` and `_` stand for `+`, `/` and `=`. */
const toUserSig = (bytes: Buffer): string =>
  bytes.toString('base64').replaceAll('+', '*').replaceAll('/', '-').replaceAll('=', '_')

const fromUserSig = (text: string): Buffer =>
  Buffer.from(text.replaceAll('*', '+').replaceAll('-', '/').replaceAll('_', '='), 'base64')
