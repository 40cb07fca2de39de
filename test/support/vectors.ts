import type { AppId } from '../../shared/kernel/ids.ts'
import { Secret } from '../../shared/kernel/secret.ts'
import { hours, type Seconds, seconds } from '../../shared/kernel/time.ts'
import { decodeAesKey } from '../../shared/wechat/envelope.ts'
import type { Trust } from '../../shared/wechat/receive.ts'
import type { Format } from '../../shared/wechat/wire.ts'
import file from '../fixtures/vectors/wechat-crypto.json' with { type: 'json' }

/** What every vector of the file may say; which members it has depends on what was published. */
interface Published {
  readonly id: string
  readonly kind?: string
  readonly note?: string
  readonly catches?: readonly string[]
  readonly format?: string
  readonly token: string
  readonly encodingAesKey?: string
  readonly appId?: string
  readonly timestamp?: string
  readonly nonce?: string
  readonly openid?: string
  readonly echostr?: string
  readonly signature?: string
  readonly msgSignature?: string
  readonly encrypt?: string
  readonly random?: string
  readonly plaintext?: string
  readonly body?: string
  readonly toUserName?: string
  readonly replyBody?: unknown
  readonly expectName?: string
}

export interface Vector extends Published {
  /** The test's title: the vector's name and what it catches. */
  readonly title: string
}

const MEANINGS: Readonly<Record<string, string>> = { ...file.fields.kind, ...file.fields.catches }

function titled(vector: Published): Vector {
  const { id, kind, note, catches = [] } = vector
  const meanings = catches.length > 0 ? catches.map((name) => MEANINGS[name]) : [note ?? MEANINGS[kind ?? '']]
  return { ...vector, title: `${id} (${meanings.join('; ')})` }
}

const POSITIVE: readonly Vector[] = [...file.published, ...file.generated].map(titled)
export const NEGATIVE: readonly Vector[] = file.negative.map(titled)

/** The vectors that say all that is asked for. */
export const vectorsWith = <Name extends keyof Published>(...names: readonly Name[]) =>
  POSITIVE.filter((vector): vector is Vector & Required<Pick<Published, Name>> =>
    names.every((name) => vector[name] !== undefined),
  )

export function vectorOf(id: string): Vector {
  const vector = POSITIVE.find((candidate) => candidate.id === id)
  if (vector === undefined) throw new Error(`no vector ${id}`)
  return vector
}

/** The receiver that a vector was made for, three seconds after it was signed. */
export function receiverOf(vector: Vector): { readonly trust: Trust; readonly now: Seconds } {
  const { token, encodingAesKey, appId = '', timestamp } = vector
  const keys = encodingAesKey === undefined ? [] : [decodeAesKey(encodingAesKey)]
  const mode = encodingAesKey === undefined ? 'plaintext' : 'safe'
  return {
    trust: { appId: appId as AppId, tokens: [new Secret(token)], keys, mode, maxAge: hours(72) },
    now: seconds(Number(timestamp) + 3),
  }
}

/** The whole request, its body put together by hand: in compatible mode all members stand beside `Encrypt`. */
export function requestOf(vector: Vector): { readonly query: string; readonly body: string; readonly format: Format } {
  const { timestamp = '', nonce = '', signature, msgSignature, openid, plaintext = '', encrypt = '' } = vector
  const format: Format = plaintext.startsWith('<') ? 'xml' : 'json'
  const query = new URLSearchParams({ timestamp, nonce })
  if (signature !== undefined) query.set('signature', signature)
  if (openid !== undefined) query.set('openid', openid)
  if (msgSignature !== undefined) query.set('encrypt_type', 'aes')
  if (msgSignature !== undefined) query.set('msg_signature', msgSignature)
  const body = vector.body ?? bodyOf(format, encrypt, vector.kind === 'compat-post' ? plaintext : undefined)
  return { query: query.toString(), body, format }
}

function bodyOf(format: Format, encrypt: string, siblings: string | undefined): string {
  if (format === 'json') return JSON.stringify({ ...JSON.parse(siblings ?? '{"ToUserName":"gh_0"}'), Encrypt: encrypt })
  const members = siblings?.replace(/<\/?xml>/g, '') ?? '<ToUserName><![CDATA[gh_0]]></ToUserName>'
  return `<xml>${members}<Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`
}
