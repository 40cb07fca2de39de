import { hmacSha256 } from '../kernel/bytes.ts'
import type { AppId, OpenId, UserId } from '../kernel/ids.ts'
import type { Secret } from '../kernel/secret.ts'

/** What no UserSig begins with, whose HMAC has the same key: neither is ever the other. */
const DOMAIN = 'weapp-push UserID 1'
/** Of the digest: who does not have the key guesses among 2^128. */
const BYTES = 16
/** So many digits of base 36 hold them. */
const DIGITS = 25

/**
 * The UserID of a person who logs in for the first time, always the same while the key is: `u` and 25 of a–z and 0–9, so that it
 * stays one where letters are compared without their case, and is no openid by its length and its first letter.
 */
export function deriveUserId(secretKey: Secret, appId: AppId, openId: OpenId): UserId {
  const digest = hmacSha256(secretKey.reveal(), [DOMAIN, appId, openId].join('\n'))
  const number = BigInt(`0x${digest.subarray(0, BYTES).toString('hex')}`)
  return `u${number.toString(36).padStart(DIGITS, '0')}` as UserId
}

const MOST_BYTES = 32

/** 1 to 32 bytes without control characters; which letters it may have is for whoever gives UserIDs out. */
export const isUserId = (text: string): text is UserId =>
  text !== '' && Buffer.byteLength(text) <= MOST_BYTES && !/\p{Cc}|\p{Surrogate}/u.test(text)
