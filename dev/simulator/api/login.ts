import { randomBytes } from 'node:crypto'
import { type Clock, type Millis, millis, minutes } from '../../../shared/kernel/time.ts'
import { type Answer, json } from './answer.ts'
import type { ApiCall } from './call.ts'
import { type ApiAccount, checkCredentials } from './credentials.ts'
import { refuse } from './refusal.ts'

interface Login {
  readonly openId: string
  readonly unionId: string | undefined
  readonly until: Millis
  readonly isUsed: boolean
}

const CODE_LIVES = minutes(5)

/**
 * `wx.login` and `GET /sns/jscode2session`.
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html
 */
export function logins(account: ApiAccount, clock: Clock) {
  const codes = new Map<string, Login>()
  const blocked = new Set<string>()
  return { login, block: (openId: string) => void blocked.add(openId), session }

  /** What `wx.login` gives the mini program: a code for one use within five minutes. */
  function login(openId: string, unionId?: string): string {
    const code = `0${randomBytes(24).toString('base64url').slice(0, 31)}`
    codes.set(code, { openId, unionId, until: millis(clock() + CODE_LIVES), isUsed: false })
    return code
  }

  function session({ query }: ApiCall): Answer {
    const claim = { appId: query.get('appid'), secret: query.get('secret'), grantType: query.get('grant_type') }
    checkCredentials(account, claim, 'authorization_code')
    const code = query.get('js_code') ?? ''
    if (code === '') refuse(41008)
    return sessionOf(takeCode(code))
  }

  function takeCode(code: string): Login {
    const found = codes.get(code)
    if (found === undefined || clock() >= found.until) return refuse(40029)
    if (found.isUsed) refuse(40163)
    if (blocked.has(found.openId)) refuse(40226)
    codes.set(code, { ...found, isUsed: true })
    return found
  }
}

const sessionOf = ({ openId, unionId }: Login): Answer =>
  json({
    openid: openId,
    session_key: randomBytes(16).toString('base64'),
    ...(unionId === undefined ? {} : { unionid: unionId }),
  })
