import { Fault } from '../kernel/fault.ts'
import type { AppId } from '../kernel/ids.ts'
import { Secret } from '../kernel/secret.ts'
import { type Seconds, seconds } from '../kernel/time.ts'
import { type World, weChatCaller } from './call.ts'
import { TOKEN_CALL } from './errcode.ts'
import { scalarOf } from './wire.ts'

export interface GivenToken {
  readonly token: Secret
  /** From the moment it was asked for; anything up to two hours. */
  readonly lifetime: Seconds
}

/** @throws {Fault} WECHAT_REFUSED, WECHAT_UNREACHABLE, WECHAT_UNREADABLE */
export type AskForToken = () => Promise<GivenToken>

/**
 * In normal mode: the same token until WeChat renews it, so several processes may ask. What `cgi-bin/token` gives is apart, and
 * force_refresh is for a leak: 20 times a day, by hand.
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-access-token/getStableAccessToken.html
 */
export function stableToken(world: World, appId: AppId, appSecret: Secret): AskForToken {
  const call = weChatCaller(world)
  return async () => {
    const body = { grant_type: 'client_credential', appid: appId, secret: appSecret.reveal(), force_refresh: false }
    const fields = await call({ method: 'POST', path: '/cgi-bin/stable_token', body })
    const token = scalarOf(fields.access_token)
    const lifetime = Number(scalarOf(fields.expires_in))
    if (token === '' || !(lifetime > 0)) throw new Fault('WECHAT_UNREADABLE', { call: TOKEN_CALL })
    return { token: new Secret(token), lifetime: seconds(lifetime) }
  }
}
