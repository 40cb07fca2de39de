import type { Seconds } from '../kernel/time.ts'
import { type Answer, draftOf } from './answer-draft.ts'
import { sealEnvelope } from './envelope.ts'
import type { Push, Seal } from './receive.ts'
import { signatureOf } from './signature.ts'
import { type Format, type WireDraft, writeWire } from './wire.ts'

export interface WrittenAnswer {
  readonly contentType: string
  readonly body: string
}

/** What sealing takes from the world. */
export interface AnswerWorld {
  readonly now: Seconds
  /** The 16 bytes before the text in the envelope. */
  readonly random: () => Uint8Array
}

const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  json: 'application/json; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
}

/** In the push's format; sealed with what opened the push, save for the answers that WeChat wants in clear. */
export function writeAnswer(answer: Answer, push: Push, world: AnswerWorld): WrittenAnswer {
  const draft = draftOf(answer, push)
  if (draft === undefined) return { contentType: 'text/plain; charset=utf-8', body: 'success' }
  const text = writeWire(push.format, draft)
  const inClear = push.seal === undefined || answer.kind === 'minigame'
  const body = inClear ? text : writeWire(push.format, sealed(text, push.seal, push.nonce, world))
  return { contentType: CONTENT_TYPES[push.format], body }
}

/** Signed with the answer's own time; `TimeStamp` is a number and `Nonce` text, as in WeChat's example. */
function sealed(text: string, { token, key, appId }: Seal, nonce: string, { now, random }: AnswerWorld): WireDraft {
  const encrypt = sealEnvelope(text, key, appId, random())
  const msgSignature = signatureOf(token, { timestamp: String(now), nonce, encrypt })
  return { Encrypt: encrypt, MsgSignature: msgSignature, TimeStamp: now, Nonce: nonce }
}
