import { createCipheriv } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../../shared/kernel/secret.ts'
import { type Seconds, seconds } from '../../../shared/kernel/time.ts'
import { writeAnswer } from '../../../shared/wechat/answer.ts'
import type { Answer } from '../../../shared/wechat/answer-draft.ts'
import { answerRandom } from '../../../shared/wechat/envelope.ts'
import { receivePush } from '../../../shared/wechat/receive.ts'
import { signatureOf } from '../../../shared/wechat/signature.ts'
import { readWire } from '../../../shared/wechat/wire.ts'
import {
  AES_KEY,
  APP_ID,
  aDelivery,
  anEventPush,
  aTextPush,
  aTrust,
  NOW,
  TOKEN,
  withQuery,
} from '../../support/build.ts'

const receive = ({ query, body }: { readonly query: string; readonly body: string }) =>
  receivePush(query, Buffer.from(body), aTrust(), NOW)

/** Any bytes, sealed and signed as WeChat would. */
function sealedBytes(message: Buffer) {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(message.length)
  const full = Buffer.concat([Buffer.alloc(16, 'r'), length, message, Buffer.from(APP_ID)])
  const pad = 32 - (full.length % 32)
  const key = Buffer.from(AES_KEY, 'base64')
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const encrypt = Buffer.concat([cipher.update(full), cipher.update(Buffer.alloc(pad, pad)), cipher.final()])
  const signed = { timestamp: String(NOW), nonce: '415670741', encrypt: encrypt.toString('base64') }
  const signature = signatureOf(new Secret(TOKEN), signed)
  return {
    query: `msg_signature=${signature}&timestamp=${NOW}&nonce=${signed.nonce}`,
    body: JSON.stringify({ Encrypt: signed.encrypt }),
  }
}

describe('receivePush of what WeChat sealed', () => {
  it('loses one letter, and not the push, when a text was cut through a letter', () => {
    const cut = Buffer.concat([
      Buffer.from('{"MsgType":"text","Content":"'),
      Buffer.from([0xe4, 0xbd]),
      Buffer.from('"}'),
    ])
    expect(receive(sealedBytes(cut)).message).toMatchObject({ kind: 'text', content: '\ufffd' })
  })

  it('reads control characters that were not escaped', () => {
    const text = '{"MsgType":"text",\n"Content":"a\u0008\nb"}'
    expect(receive(sealedBytes(Buffer.from(text))).message).toMatchObject({ kind: 'text', content: 'a\u0008\nb' })
  })

  it('says that it was a push when it cannot be read', () => {
    expect(() => receive(sealedBytes(Buffer.from('hello')))).toThrow(/^BODY_UNREADABLE because=format inside=envelope/)
  })
})

describe('receivePush of our own answer, sent back to us', () => {
  it.each(['json', 'xml'] as const)('refuses it as %s, though Token, key and AppID are right', (format) => {
    const push = receive(aDelivery(anEventPush({ Event: 'cancel_single_waybill' }), { format }))
    const answer: Answer = { kind: 'express', resultCode: 0, resultMsg: 'ok' }
    const { body } = writeAnswer(answer, push, { now: NOW, random: answerRandom })
    const { MsgSignature, TimeStamp, Nonce } = readWire(body).fields
    const query = `msg_signature=${MsgSignature}&timestamp=${TimeStamp}&nonce=${Nonce}`
    expect(() => receive({ query, body })).toThrow(/^ENVELOPE_REJECTED because=AnswerReturned/)
  })
})

describe('receivePush of an old push whose digits are dealt anew: the signature does not tell them apart', () => {
  const replay = (signed: { now: Seconds; nonce: string }, timestamp: string, nonce: string) => {
    // This random part makes a ciphertext that sorts before all digits.
    const { query, body } = aDelivery(aTextPush(), { ...signed, random: Buffer.from('0123456789abcdef') })
    const forged = withQuery(query, { timestamp, nonce })
    return receivePush(forged, Buffer.from(body), aTrust(), seconds(Number(timestamp)))
  }

  it('refuses timestamp and nonce exchanged', () => {
    const signed = { now: seconds(1_760_000_000), nonce: '1761811808' }
    expect(() => replay(signed, '1761811808', '1760000000')).toThrow(/^PUSH_TOO_OLD/)
  })

  it('refuses a digit moved from one to the other', () => {
    const signed = { now: seconds(1_760_000_001), nonce: '801811808' }
    expect(() => replay(signed, '1801811808', '176000000')).toThrow(/^PUSH_TOO_OLD/)
  })

  it('refuses digits hidden behind the padding of Encrypt', () => {
    const { query, body } = aDelivery(aTextPush(), { now: seconds(1_760_000_000), nonce: '1801811808' })
    const { Encrypt } = readWire(body).fields
    expect(Encrypt).toMatch(/=$/)
    const forged = withQuery(query, { timestamp: '1801811808', nonce: '0000000' })
    const longer = JSON.stringify({ Encrypt: `${Encrypt}176` })
    const signed = { timestamp: '1801811808', nonce: '0000000', encrypt: `${Encrypt}176` }
    const resigned = withQuery(forged, { msg_signature: signatureOf(new Secret(TOKEN), signed) })
    expect(() => receivePush(resigned, Buffer.from(longer), aTrust(), seconds(1_801_811_808))).toThrow(
      /^ENVELOPE_REJECTED/,
    )
  })

  it('accepts a push whose CreateTime is old and whose nonce is just a number', () => {
    const { query, body } = aDelivery(aTextPush({ CreateTime: 1_500_000_000 }), { nonce: '1761811808' })
    expect(receivePush(query, Buffer.from(body), aTrust(), NOW).message.createTime).toBe(1_500_000_000)
  })
})
