import type { SdkAppId, UserId } from '../kernel/ids.ts'
import { Secret } from '../kernel/secret.ts'
import { type Clock, hours, type Seconds, seconds, toSeconds } from '../kernel/time.ts'
import { signUserSig } from './user-sig.ts'

interface AdminSigDeps {
  readonly sdkAppId: SdkAppId
  readonly secretKey: Secret
  /** The administrator account that calls. */
  readonly admin: UserId
  readonly clock: Clock
}

/** The administrator's UserSig, for as long as an instance lives. */
export interface AdminSig {
  /** At least half of its life is left. */
  get(): Secret
  /** Signed anew: IM has refused the other one. */
  fresh(): Secret
}

const LIFE = hours(24)

export function adminSig({ sdkAppId, secretKey, admin, clock }: AdminSigDeps): AdminSig {
  let kept: { readonly sig: Secret; readonly signedAt: Seconds } | undefined

  function fresh(): Secret {
    const now = toSeconds(clock())
    const sig = new Secret(signUserSig({ sdkAppId, secretKey, userId: admin, now, expire: LIFE }))
    kept = { sig, signedAt: now }
    return sig
  }

  function get(): Secret {
    const age = kept === undefined ? LIFE : seconds(toSeconds(clock()) - kept.signedAt)
    return kept === undefined || age < 0 || age >= LIFE / 2 ? fresh() : kept.sig
  }

  return { get, fresh }
}
