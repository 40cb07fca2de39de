import { Fault } from '../kernel/fault.ts'
import type { AppId, OpenId } from '../kernel/ids.ts'
import type { Secret } from '../kernel/secret.ts'
import { type World, weChatCaller } from './call.ts'
import { scalarOf, type WireTree } from './wire.ts'

/** Whose login it is. WeChat gives a `session_key` too; nothing here needs it, so it ends where it is read. */
interface Session {
  readonly openId: OpenId
  /** Only when the mini program is bound to an account of the open platform. */
  readonly unionId?: string
}

/**
 * Takes a code of `wx.login`: one use, within about five minutes.
 * @throws {Fault} WECHAT_REFUSED, WECHAT_UNREACHABLE, WECHAT_UNREADABLE
 */
export type CodeToSession = (code: string) => Promise<Session>

/**
 * With the AppSecret and without a token.
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html
 */
export function codeToSession(world: World, appId: AppId, appSecret: Secret): CodeToSession {
  const call = weChatCaller(world)
  return async (code) => {
    const query = { appid: appId, secret: appSecret, js_code: code, grant_type: 'authorization_code' }
    return sessionOf(await call({ method: 'GET', path: '/sns/jscode2session', query }))
  }
}

function sessionOf({ openid, unionid, session_key: sessionKey }: WireTree): Session {
  const [openId, unionId] = [scalarOf(openid), scalarOf(unionid)]
  const missing = openId === '' ? 'openid' : scalarOf(sessionKey) === '' ? 'session_key' : undefined
  if (missing !== undefined) throw new Fault('WECHAT_UNREADABLE', { call: 'GET /sns/jscode2session', missing })
  return { openId: openId as OpenId, ...(unionId === '' ? {} : { unionId }) }
}
