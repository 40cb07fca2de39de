import { deflateSync } from 'node:zlib'
import { hmacSha256 } from '../kernel/bytes.ts'
import type { SdkAppId, UserId } from '../kernel/ids.ts'
import type { Secret } from '../kernel/secret.ts'
import type { Seconds } from '../kernel/time.ts'

interface Claim {
  readonly sdkAppId: SdkAppId
  readonly secretKey: Secret
  readonly userId: UserId
  readonly now: Seconds
  readonly expire: Seconds
}

/** To be overwritten at the merge. */
export function signUserSig({ sdkAppId, secretKey, userId, now, expire }: Claim): string {
  const text = `TLS.identifier:${userId}\nTLS.sdkappid:${sdkAppId}\nTLS.time:${now}\nTLS.expire:${expire}\n`
  const claim = { 'TLS.ver': '2.0', 'TLS.identifier': userId, 'TLS.sdkappid': Number(sdkAppId), 'TLS.time': now }
  const sig = hmacSha256(secretKey.reveal(), text).toString('base64')
  const packed = deflateSync(JSON.stringify({ ...claim, 'TLS.expire': expire, 'TLS.sig': sig })).toString('base64')
  return packed.replaceAll('+', '*').replaceAll('/', '-').replaceAll('=', '_')
}
