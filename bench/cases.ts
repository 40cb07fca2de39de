import { type Account, deliver } from '../dev/simulator/delivery.ts'
import type { AppId } from '../shared/kernel/ids.ts'
import type { PushMode } from '../shared/kernel/push-mode.ts'
import { Secret } from '../shared/kernel/secret.ts'
import { hours, type Seconds, seconds } from '../shared/kernel/time.ts'
import { decodeAesKey } from '../shared/wechat/envelope.ts'
import type { Trust } from '../shared/wechat/receive.ts'
import { type Format, writeWire } from '../shared/wechat/wire.ts'

export const APP_ID = 'wx0000aaaa1111bbbb'
export const TOKEN = 'TokenOfTheBench'
export const AES_KEY = '0123456789abcdefghijABCDEFGHIJ0123456789abc'
export const CONTENT = '你好，请问什么时候发货？'

export const account: Account = { appId: APP_ID as AppId, token: new Secret(TOKEN), key: decodeAesKey(AES_KEY) }

/** A request as it arrives. */
export interface Request {
  readonly query: string
  readonly body: Buffer
}

/** One kind of push to measure with. */
export interface Case extends Request {
  readonly format: Format
  readonly mode: PushMode
  readonly trust: Trust
  readonly now: Seconds
}

/** A user's text message. */
export function textPush(format: Format, mode: PushMode, now: Seconds): Request {
  const draft = {
    ToUserName: 'gh_0a1b2c3d4e5f',
    FromUserName: 'oBENCH_AAAAAAAAAAAAAAAAAAAAA',
    CreateTime: now,
    MsgType: 'text',
    Content: CONTENT,
    MsgId: 23637352235060881n,
  }
  const { query, body } = deliver(account, writeWire(format, draft), { mode, now })
  return { query, body: Buffer.from(body) }
}

const aCase = (format: Format, mode: PushMode): Case => {
  const now = seconds(1_760_000_000)
  const trust = { appId: account.appId, tokens: [account.token], keys: [account.key], mode, maxAge: hours(72) }
  return { format, mode, trust, now, ...textPush(format, mode, now) }
}

export const cases = (): readonly Case[] => [
  aCase('json', 'plaintext'),
  aCase('json', 'safe'),
  aCase('xml', 'plaintext'),
  aCase('xml', 'safe'),
]
