import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** Lower-case hex SHA-1, as WeChat signs. */
export const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex')

/** Lower-case hex SHA-256. */
export const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex')

/** HMAC-SHA256; a key that is text is its UTF-8 bytes. */
export const hmacSha256 = (key: string, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** Compares two hex digests in a time that does not depend on where they differ. */
export function equalDigests(left: string, right: string): boolean {
  const a = Buffer.from(left, 'latin1')
  const b = Buffer.from(right, 'latin1')
  return a.length === b.length && timingSafeEqual(a, b)
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Bytes to text, without a leading byte-order mark.
 * @throws {TypeError} when the bytes are not UTF-8
 */
export const decodeUtf8 = (bytes: Uint8Array): string => utf8.decode(bytes)

const lenientUtf8 = new TextDecoder('utf-8')

/** The same for bytes that were cut through a letter: what is no letter becomes U+FFFD. */
export const decodeCutUtf8 = (bytes: Uint8Array): string => lenientUtf8.decode(bytes)
