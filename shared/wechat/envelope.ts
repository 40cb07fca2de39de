import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Fault } from '../kernel/fault.ts'
import type { AppId } from '../kernel/ids.ts'
import { Secret } from '../kernel/secret.ts'

/** 32 bytes; the first 16 are the initialisation vector too. */
export type AesKey = Secret<Buffer>

/** Names of WeChat's own sample library, so that a search finds their pages. */
type Rejection = 'IllegalAesKey' | 'DecryptAESError' | 'IllegalBuffer' | 'ValidateAppidError' | 'AnswerReturned'

const ALGORITHM = 'aes-256-cbc'
const AES_BLOCK = 16
/** WeChat pads to 32 bytes, where AES itself needs 16: the cipher's automatic padding is off. */
const PAD_BLOCK = 32
// Node ignores what follows the padding, and the signature does not say where `Encrypt` ends: digits of the timestamp fit there.
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/
const RANDOM_BYTES = 16
const HEAD_BYTES = RANDOM_BYTES + 4
/** Stands where WeChat has random letters and digits. */
const ANSWER_MARK = Buffer.from('<answer>', 'latin1')

const rejected = (because: Rejection): Fault => new Fault('ENVELOPE_REJECTED', { because })

/**
 * 43 base64 characters carry 258 bits, the last two are dropped. They need not be zero: WeChat's own sample key is not canonical
 * base64, so the decoder must be a lenient one.
 * @throws {Fault} ENVELOPE_REJECTED because=IllegalAesKey
 */
export function decodeAesKey(encodingAesKey: string): AesKey {
  const bytes = Buffer.from(encodingAesKey, 'base64')
  if (encodingAesKey.length !== 43 || bytes.length !== 32) throw rejected('IllegalAesKey')
  return new Secret(bytes)
}

/** `random(16) ‖ length(4, big-endian) ‖ text ‖ appId`, padded to 32 and encrypted, as base64. */
export function sealEnvelope(text: string, key: AesKey, appId: AppId, random: Uint8Array): string {
  const message = Buffer.from(text, 'utf8')
  const length = Buffer.alloc(4)
  length.writeUInt32BE(message.length)
  const full = Buffer.concat([random, length, message, Buffer.from(appId, 'utf8')])
  const pad = PAD_BLOCK - (full.length % PAD_BLOCK)
  const bytes = key.reveal()
  const cipher = createCipheriv(ALGORITHM, bytes, bytes.subarray(0, AES_BLOCK)).setAutoPadding(false)
  return Buffer.concat([cipher.update(full), cipher.update(Buffer.alloc(pad, pad)), cipher.final()]).toString('base64')
}

/**
 * The random part of an envelope of ours. Our answers are signed and sealed as WeChat's pushes are; without a mark one could be
 * sent back to us as a push.
 */
export const answerRandom = (): Uint8Array =>
  Buffer.concat([ANSWER_MARK, randomBytes(RANDOM_BYTES - ANSWER_MARK.length)])

/**
 * The bytes of the message inside, when the envelope is whole, from WeChat and meant for this AppID. Verify `msg_signature` first.
 * @throws {Fault} ENVELOPE_REJECTED because=DecryptAESError, IllegalBuffer, AnswerReturned or ValidateAppidError
 */
export function openEnvelope(encrypt: string, key: AesKey, appId: AppId): Uint8Array {
  const full = unsealed(encrypt, key)
  if (full.subarray(0, ANSWER_MARK.length).equals(ANSWER_MARK)) throw rejected('AnswerReturned')
  return messageOf(full, appId)
}

/** The same for an answer, as WeChat opens it. */
export const openAnswer = (encrypt: string, key: AesKey, appId: AppId): Uint8Array =>
  messageOf(unsealed(encrypt, key), appId)

function unsealed(encrypt: string, key: AesKey): Buffer {
  const full = unpad(decrypt(encrypt, key.reveal()))
  if (full.length < HEAD_BYTES) throw rejected('IllegalBuffer')
  return full
}

function messageOf(full: Buffer, appId: AppId): Uint8Array {
  const end = HEAD_BYTES + full.readUInt32BE(RANDOM_BYTES)
  if (end > full.length) throw rejected('IllegalBuffer')
  if (full.toString('utf8', end) !== appId) throw rejected('ValidateAppidError')
  return full.subarray(HEAD_BYTES, end)
}

function decrypt(encrypt: string, key: Buffer): Buffer {
  if (!BASE64.test(encrypt)) throw rejected('DecryptAESError')
  const ciphertext = Buffer.from(encrypt, 'base64')
  if (ciphertext.length === 0 || ciphertext.length % AES_BLOCK !== 0) throw rejected('DecryptAESError')
  const decipher = createDecipheriv(ALGORITHM, key, key.subarray(0, AES_BLOCK)).setAutoPadding(false)
  return decipher.update(ciphertext)
}

function unpad(padded: Buffer): Buffer {
  const pad = padded.at(-1) ?? 0
  const end = padded.length - pad
  if (pad < 1 || pad > PAD_BLOCK || end < 0) throw rejected('IllegalBuffer')
  for (let at = end; at < padded.length; at += 1) if (padded[at] !== pad) throw rejected('IllegalBuffer')
  return padded.subarray(0, end)
}
