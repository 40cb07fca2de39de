import { randomBytes, randomInt } from 'node:crypto'
import type { AppId } from '../../shared/kernel/ids.ts'
import type { PushMode } from '../../shared/kernel/push-mode.ts'
import type { Secret } from '../../shared/kernel/secret.ts'
import type { Seconds } from '../../shared/kernel/time.ts'
import { type AesKey, sealEnvelope } from '../../shared/wechat/envelope.ts'
import { signatureOf } from '../../shared/wechat/signature.ts'
import { type Format, formatOf, readWire, scalarOf, type WireTree, writeWire } from '../../shared/wechat/wire.ts'

/** What WeChat knows of the mini program: the console's settings. */
export interface Account {
  readonly appId: AppId
  readonly token: Secret
  readonly key: AesKey
}

/** One request as WeChat sends it. */
export interface Delivery {
  /** Without the question mark. */
  readonly query: string
  readonly body: string
}

export interface DeliveryOptions {
  readonly mode: PushMode
  readonly now: Seconds
  readonly nonce?: string
  /** 16 bytes; WeChat uses printable characters. */
  readonly random?: Uint8Array
}

const aNonce = (): string => String(randomInt(100_000_000, 2_000_000_000))
const aRandom = (): Uint8Array => Buffer.from(randomBytes(8).toString('hex'), 'latin1')

const queryOf = (members: Readonly<Record<string, string>>): string => new URLSearchParams(members).toString()

/** Signs a body and, outside plaintext mode, seals it: what is sent for one try. */
export function deliver(account: Account, text: string, options: DeliveryOptions): Delivery {
  const { mode, now, nonce = aNonce() } = options
  const timestamp = String(now)
  const { fields } = readWire(text)
  const signature = signatureOf(account.token, { timestamp, nonce })
  const query = { signature, timestamp, nonce, openid: scalarOf(fields.FromUserName) }
  if (mode === 'plaintext') return { query: queryOf(query), body: text }

  const encrypt = sealEnvelope(text, account.key, account.appId, options.random ?? aRandom())
  const msgSignature = signatureOf(account.token, { timestamp, nonce, encrypt })
  return {
    query: queryOf({ ...query, encrypt_type: 'aes', msg_signature: msgSignature }),
    body: mode === 'safe' ? sealedBody(text, fields, encrypt) : siblings(text, encrypt),
  }
}

/** WeChat documents none; these are what is seen. */
export const contentTypeOf = (format: Format): string => (format === 'xml' ? 'text/xml' : 'application/json')

/** The check of the URL when the console's settings are saved. */
export function verification({ token }: Account, now: Seconds): { readonly query: string; readonly echostr: string } {
  const signed = { timestamp: String(now), nonce: aNonce() }
  const echostr = String(randomBytes(8).readBigUInt64BE())
  return { query: queryOf({ signature: signatureOf(token, signed), ...signed, echostr }), echostr }
}

const sealedBody = (text: string, fields: WireTree, encrypt: string): string =>
  writeWire(formatOf(text), { ToUserName: scalarOf(fields.ToUserName), Encrypt: encrypt })

/** Compatible mode: all members in clear, and `Encrypt` beside them. */
const siblings = (text: string, encrypt: string): string =>
  formatOf(text) === 'json'
    ? text.replace(/\}\s*$/, `,"Encrypt":${JSON.stringify(encrypt)}}`)
    : text.replace(/<\/xml>\s*$/, `<Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`)
