import { type Account, type Delivery, type DeliveryOptions, deliver } from '../../dev/simulator/delivery.ts'
import type { AppId } from '../../shared/kernel/ids.ts'
import { Secret } from '../../shared/kernel/secret.ts'
import { type Clock, hours, millis, type Seconds, seconds, toMillis } from '../../shared/kernel/time.ts'
import { decodeAesKey } from '../../shared/wechat/envelope.ts'
import { type Push, receivePush, type Trust } from '../../shared/wechat/receive.ts'
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

/** An event: no MsgId, so its time, its name and what it says are its identity. */
export const anEventPush = (changes: WireDraft = {}): WireDraft => ({
  ToUserName: ORIGINAL_ID,
  FromUserName: OPEN_ID,
  CreateTime: 1760000000,
  MsgType: 'event',
  Event: 'user_enter_tempsession',
  SessionFrom: '订单详情',
  ...changes,
})

export type DeliveryChanges = Partial<DeliveryOptions & { format: Format; account: Account }>

/** A push as it comes over HTTP, safe JSON at {@link NOW} unless it is said otherwise. */
export function aDelivery(
  draft: WireDraft = aTextPush(),
  { format = 'json', account = anAccount(), ...options }: DeliveryChanges = {},
): Delivery {
  return deliver(account, writeWire(format, draft), { mode: 'safe', now: NOW, ...options })
}

/** The same, received: a push in the mode in which it was delivered. */
export function aPush(draft: WireDraft = aTextPush(), changes: DeliveryChanges = {}): Push {
  const { mode = 'safe', now = NOW } = changes
  const { query, body } = aDelivery(draft, changes)
  return receivePush(query, Buffer.from(body), aTrust({ mode }), now)
}

/** A query string with members put in place of others, or taken away. */
export function withQuery(query: string, changes: Readonly<Record<string, string | undefined>>): string {
  const members = new URLSearchParams(query)
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) members.delete(name)
    else members.set(name, value)
  }
  return members.toString()
}

/** The same with its last letter changed: hex stays hex, base64 stays base64. */
export const oneLetterOff = (text: string): string => text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')
