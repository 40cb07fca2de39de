import { decodeUtf8 } from '../shared/kernel/bytes.ts'
import { openEnvelope } from '../shared/wechat/envelope.ts'
import { readMessage } from '../shared/wechat/message.ts'
import { readQuery } from '../shared/wechat/query.ts'
import { readPushText, receivePush } from '../shared/wechat/receive.ts'
import { encryptOf } from '../shared/wechat/sealed-body.ts'
import { findToken } from '../shared/wechat/signature.ts'
import { type Case, CONTENT } from './cases.ts'
import type { Peer } from './co-wechat.ts'
import { bareCrypto } from './crypto.ts'
import { awaited, type Effort, measure, type Subject, sync } from './rounds.ts'

interface Room {
  readonly room: string
  readonly micros: number
  /** Of the whole receive path. */
  readonly share: number
}

export interface Received {
  readonly format: string
  readonly mode: string
  readonly bodyBytes: number
  readonly opsPerSecond: Readonly<Record<string, number>>
  readonly rooms: readonly Room[]
}

/** `receivePush` beside its limit, its peer and its own parts, all in turn on the same bytes. */
export async function measureReceive(push: Case, peer: Peer | undefined, effort: Effort): Promise<Received> {
  const { query, body, trust, now, format, mode } = push
  const { message } = receivePush(query, body, trust, now)
  if (message.kind !== 'text' || message.content !== CONTENT) throw new Error('receivePush did not read the message')

  const rooms = roomsOf(push)
  const whole: Record<string, Subject> = {
    receivePush: sync(() => receivePush(query, body, trust, now)),
    bareCrypto: sync(bareCrypto(push)),
  }
  if (peer !== undefined && format === 'xml') {
    whole.coWechat = awaited(() => peer.receive(push))
    whole.coWechatStream = awaited(() => peer.receiveStream(push))
  }
  const micros = await measure({ ...whole, ...rooms }, effort)
  return {
    format,
    mode,
    bodyBytes: body.length,
    opsPerSecond: Object.fromEntries(Object.keys(whole).map((name) => [name, 1e6 / (micros[name] ?? Number.NaN)])),
    rooms: withRest(Object.keys(rooms), micros),
  }
}

/** Every step of the receive path on its own, with what the step before it leaves. */
function roomsOf({ mode, query, body, trust }: Case): Record<string, Subject> {
  const read = readQuery(query)
  const { timestamp, nonce } = read
  if (mode === 'plaintext') {
    const { fields } = readPushText(decodeUtf8(body))
    return {
      query: sync(() => readQuery(query)),
      signature: sync(() => findToken(trust.tokens, { timestamp, nonce }, String(read.signature))),
      parsing: sync(() => readPushText(decodeUtf8(body))),
      typing: sync(() => readMessage(fields)),
    }
  }
  const encrypt = String(encryptOf(decodeUtf8(body)))
  const [key = never()] = trust.keys
  const opened = openEnvelope(encrypt, key, trust.appId)
  const { fields } = readPushText(decodeUtf8(opened))
  return {
    query: sync(() => readQuery(query)),
    'outer body': sync(() => encryptOf(decodeUtf8(body))),
    signature: sync(() => findToken(trust.tokens, { timestamp, nonce, encrypt }, String(read.msgSignature))),
    decryption: sync(() => openEnvelope(encrypt, key, trust.appId)),
    parsing: sync(() => readPushText(decodeUtf8(opened))),
    typing: sync(() => readMessage(fields)),
  }
}

function never(): never {
  throw new Error('a case without a key')
}

function withRest(names: readonly string[], micros: Readonly<Record<string, number>>): readonly Room[] {
  const total = micros.receivePush ?? Number.NaN
  const rooms = names.map((room) => ({ room, micros: micros[room] ?? Number.NaN }))
  const rest = total - rooms.reduce((sum, room) => sum + room.micros, 0)
  return [...rooms, { room: 'rest', micros: rest }].map((room) => ({ ...room, share: room.micros / total }))
}
