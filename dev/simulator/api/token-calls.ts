import { type Clock, type Millis, millis } from '../../../shared/kernel/time.ts'
import { type Answer, json } from './answer.ts'
import { type ApiCall, membersOf } from './call.ts'
import { type ApiAccount, checkAddress, checkCredentials } from './credentials.ts'
import { quota } from './quota.ts'
import { refuse } from './refusal.ts'
import { checkToken, type Issued, type TokenFault, tokenFamily } from './token.ts'

const GRANT = 'client_credential'
const STABLE_A_MINUTE = 10_000
const CLASSIC_A_DAY = 2000
const FORCED_A_DAY = 20
const FORCED_APART = millis(30_000)

/**
 * `POST /cgi-bin/stable_token` and `GET /cgi-bin/token`.
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-access-token/getStableAccessToken.html
 */
export function tokenCalls(account: ApiAccount, clock: Clock, allowedIps?: readonly string[]) {
  const families = { stable: tokenFamily(clock), classic: tokenFamily(clock) }
  const stableQuota = quota(clock, 'minute', STABLE_A_MINUTE)
  const classicQuota = quota(clock, 'day', CLASSIC_A_DAY)
  const forcedQuota = quota(clock, 'day', FORCED_A_DAY)
  let forcedAt: Millis | undefined
  return { stable, classic, check, expire }

  function stable(call: ApiCall): Answer {
    const { grant_type: grantType, appid: appId, secret, force_refresh: isForced = false } = membersOf(call)
    if (typeof isForced !== 'boolean') refuse(47001)
    checkCredentials(account, { appId, secret, grantType }, GRANT)
    checkAddress(call, allowedIps)
    if (!stableQuota.take()) refuse(45011)
    return answered(isForced ? forced() : families.stable.handOut())
  }

  /** Sooner than 30 s after the last time WeChat does not refresh, and says nothing of it. */
  function forced(): Issued {
    if (forcedAt !== undefined && clock() - forcedAt < FORCED_APART) return families.stable.handOut()
    if (!forcedQuota.take()) refuse(45009)
    forcedAt = clock()
    return families.stable.replace()
  }

  function classic(call: ApiCall): Answer {
    const { query } = call
    const claim = { appId: query.get('appid'), secret: query.get('secret'), grantType: query.get('grant_type') }
    checkCredentials(account, claim, GRANT)
    checkAddress(call, allowedIps)
    if (!classicQuota.take()) refuse(45009)
    return answered(families.classic.renew())
  }

  /** @throws {Refusal} 41001, 40001, 40014, 42001 */
  function check({ query }: ApiCall): void {
    checkToken(query.get('access_token'), Object.values(families))
  }

  /** Every token that was handed out ends now. */
  function expire(fault: TokenFault): void {
    for (const family of Object.values(families)) family.end(fault)
  }
}

const answered = ({ token, expiresIn }: Issued): Answer => json({ access_token: token, expires_in: expiresIn })
