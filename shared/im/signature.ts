import { equalDigests, sha256 } from '../kernel/bytes.ts'
import type { Secret } from '../kernel/secret.ts'

/**
 * Lower-case hex SHA-256 over the token and the digits of `RequestTime`, without a separator; nothing else of the request is signed.
 * @see https://cloud.tencent.com/document/product/269/1522
 */
export const signCallback = (token: Secret, requestTime: string): string => sha256(`${token.reveal()}${requestTime}`)

/** Whether any of the tokens has signed this; all are compared, so that the time tells nothing of which. */
export function isSigned(tokens: readonly Secret[], requestTime: string, sign: string): boolean {
  const given = sign.toLowerCase()
  return tokens.map((token) => equalDigests(signCallback(token, requestTime), given)).includes(true)
}
