import { type Account, type Delivery, type DeliveryOptions, deliver } from '../../dev/simulator/delivery.ts'
import type { AppId } from '../../shared/kernel/ids.ts'
import { Secret } from '../../shared/kernel/secret.ts'
import { type Clock, hours, millis, type Seconds, seconds, toMillis } from '../../shared/kernel/time.ts'
import { decodeAesKey } from '../../shared/wechat/envelope.ts'
import type { Trust } from '../../shared/wechat/receive.ts'
import { type Format, type WireDraft, writeWire } from '../../shared/wechat/wire.ts'

/** 2025-10-09T08:53:20Z: the moment at which tests happen unless they say otherwise. */
export const NOW = seconds(1_760_000_000)

/** A clock that stands still until it is moved. */
export function aClock(start: Seconds = NOW): Clock & { advance(by: Seconds): void } {
  let now = toMillis(start)
  const advance = (by: Seconds): void => {
    now = millis(now + by * 1000)
  }
  return Object.assign(() => now, { advance })
}

export const APP_ID = 'wx0000aaaa1111bbbb' as AppId
export const TOKEN = 'Tok3nForTests'
export const AES_KEY = '0123456789abcdefghijABCDEFGHIJ0123456789abc'
export const OPEN_ID = 'oTEST_AAAAAAAAAAAAAAAAAAAAAA'
export const ORIGINAL_ID = 'gh_0a1b2c3d4e5f'

export const anAccount = (changes: Partial<Account> = {}): Account => ({
  appId: APP_ID,
  token: new Secret(TOKEN),
  key: decodeAesKey(AES_KEY),
  ...changes,
})

export const aTrust = (changes: Partial<Trust> = {}): Trust => ({
  appId: APP_ID,
  tokens: [new Secret(TOKEN)],
  keys: [decodeAesKey(AES_KEY)],
  mode: 'safe',
  maxAge: hours(72),
  ...changes,
})

/** A text message as WeChat would write it. */
export const aTextPush = (changes: WireDraft = {}): WireDraft => ({
  ToUserName: ORIGINAL_ID,
  FromUserName: OPEN_ID,
  CreateTime: 1760000000,
  MsgType: 'text',
  Content: '你好，请问什么时候发货？',
  MsgId: 23637352235060881n,
  ...changes,
})

/** A push as it comes over HTTP, safe JSON at {@link NOW} unless it is said otherwise. */
export function aDelivery(
  draft: WireDraft = aTextPush(),
  {
    format = 'json',
    account = anAccount(),
    ...options
  }: Partial<DeliveryOptions & { format: Format; account: Account }> = {},
): Delivery {
  return deliver(account, writeWire(format, draft), { mode: 'safe', now: NOW, ...options })
}
