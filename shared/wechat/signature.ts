import { equalDigests, sha1 } from '../kernel/bytes.ts'
import type { Secret } from '../kernel/secret.ts'

/** The parts of a query string that WeChat signs with the Token. */
export interface Signed {
  readonly timestamp: string
  readonly nonce: string
  /** The base64 text of `Encrypt`, as parsed: with it this is `msg_signature`, without it `signature`. */
  readonly encrypt?: string
}

/**
 * Lower-case hex SHA-1 over the parts in byte order, without a separator.
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
 */
export function signatureOf(token: Secret, { timestamp, nonce, encrypt }: Signed): string {
  const parts = [token.reveal(), timestamp, nonce]
  if (encrypt !== undefined) parts.push(encrypt)
  // The default sort compares code units; localeCompare and numbers sort otherwise and break real pushes.
  return sha1(parts.sort().join(''))
}

/** The token whose signature this is; the tokens in use are a list while one is being replaced. */
export function findToken(tokens: readonly Secret[], signed: Signed, signature: string): Secret | undefined {
  return tokens.find((token) => equalDigests(signatureOf(token, signed), signature))
}
