import { describe, expect, test } from 'vitest'
import { verdictOf } from '../../../dev/simulator/verdict.ts'
import type { AppId } from '../../../shared/kernel/ids.ts'
import { Secret } from '../../../shared/kernel/secret.ts'
import { type AnswerWorld, writeAnswer } from '../../../shared/wechat/answer.ts'
import { decodeAesKey, sealEnvelope } from '../../../shared/wechat/envelope.ts'
import { signatureOf } from '../../../shared/wechat/signature.ts'
import { FORMATS, type Format, readWire, type WireDraft, writeWire } from '../../../shared/wechat/wire.ts'
import { AES_KEY, APP_ID, anAccount, aPush, aTextPush, NOW, OPEN_ID, oneLetterOff, TOKEN } from '../../support/build.ts'
import { vectorsWith } from '../../support/vectors.ts'

const WORLD: AnswerWorld = { now: NOW, random: () => Buffer.alloc(16, 'r') }

/** What WeChat makes of a body that comes with 200. */
const verdictOn = (body: string, format: Format = 'json', sealed = true) =>
  verdictOf({ status: 200, body }, anAccount(), format, sealed)

const answerTo = (format: Format, mode: 'plaintext' | 'safe'): string =>
  writeAnswer({ kind: 'transfer_customer_service' }, aPush(aTextPush(), { format, mode }), WORLD).body

/** A sealed answer that is right but for the changes. */
function sealedAnswer({ key = AES_KEY, text = '{"a":"b"}', ...changes }: Record<string, string | undefined>): string {
  const encrypt = sealEnvelope(text, decodeAesKey(key), APP_ID, WORLD.random())
  const signed = { timestamp: String(NOW), nonce: '1', encrypt }
  const MsgSignature = signatureOf(new Secret(TOKEN), signed)
  const members = { Encrypt: encrypt, MsgSignature, TimeStamp: signed.timestamp, Nonce: signed.nonce, ...changes }
  return writeWire(
    'json',
    Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as WireDraft,
  )
}

describe.each(FORMATS)('an answer to a push in %s', (format) => {
  test.each(['', 'success'])('delivers it with "%s", sealed or not', (body) => {
    for (const sealed of [true, false]) expect(verdictOn(body, format, sealed)).toEqual({ kind: 'delivered' })
  })

  const handedOver = { kind: 'delivered', fields: { ToUserName: OPEN_ID, MsgType: 'transfer_customer_service' } }

  test('is opened where the push was sealed', () => {
    expect(readWire(answerTo(format, 'safe')).fields).toHaveProperty('Encrypt')
    expect(verdictOn(answerTo(format, 'safe'), format, true)).toMatchObject(handedOver)
  })

  test('is read where the push was in clear', () => {
    expect(verdictOn(answerTo(format, 'plaintext'), format, false)).toMatchObject(handedOver)
  })

  test('is a fault in the other format, sealed or not', () => {
    const other = format === 'json' ? 'xml' : 'json'
    const fault = { kind: 'abnormal', because: `the answer is not ${format}` }
    expect(verdictOn(answerTo(other, 'safe'), format, true)).toEqual(fault)
    expect(verdictOn(answerTo(other, 'plaintext'), format, false)).toEqual(fault)
  })

  test('is a fault in clear where the push was sealed', () => {
    const fault = { kind: 'abnormal', because: 'the answer is not sealed' }
    expect(verdictOn(answerTo(format, 'plaintext'), format, true)).toEqual(fault)
  })
})

describe('a published answer', () => {
  const published = vectorsWith('encrypt', 'encodingAesKey', 'appId', 'msgSignature', 'timestamp', 'nonce', 'plaintext')
  for (const vector of published.filter(({ kind }) => kind === 'encrypted-reply')) {
    test(`is opened: ${vector.title}`, () => {
      const format = vector.format === 'xml' ? 'xml' : 'json'
      const { encrypt: Encrypt, msgSignature: MsgSignature, timestamp: TimeStamp, nonce: Nonce } = vector
      const body =
        vector.replyBody === undefined
          ? writeWire(format, { Encrypt, MsgSignature, TimeStamp, Nonce })
          : JSON.stringify(vector.replyBody)
      const account = {
        appId: vector.appId as AppId,
        token: new Secret(vector.token),
        key: decodeAesKey(vector.encodingAesKey),
      }
      const { fields } = readWire(vector.plaintext)
      expect(verdictOf({ status: 200, body }, account, format, true)).toEqual({ kind: 'delivered', fields })
    })
  }
})

describe('a fault that the user sees', () => {
  test.each(['"success"', 'SUCCESS', 'success\n', 'ok', '0'])('is %j, which is not quite "success"', (body) => {
    for (const sealed of [true, false]) {
      expect(verdictOn(body, 'json', sealed)).toMatchObject({ kind: 'abnormal' })
    }
  })

  test('is JSON or XML that does not read', () => {
    const because = expect.stringMatching(/^BODY_UNREADABLE/)
    expect(verdictOn('{"MsgType":', 'json', false)).toEqual({ kind: 'abnormal', because })
    expect(verdictOn('<xml><MsgType>', 'xml', false)).toEqual({ kind: 'abnormal', because })
  })

  test.each([
    [
      'a MsgSignature that is wrong in one digit',
      { MsgSignature: oneLetterOff(signatureOfAnswer()) },
      /^MsgSignature does not fit$/,
    ],
    [
      'a MsgSignature that another Token made',
      { MsgSignature: signatureOfAnswer('AnotherToken') },
      /^MsgSignature does not fit$/,
    ],
    ['no MsgSignature', { MsgSignature: undefined }, /^the answer is not sealed$/],
    ['no TimeStamp', { TimeStamp: undefined }, /^the answer has no time or nonce$/],
    ['no Nonce', { Nonce: undefined }, /^the answer has no time or nonce$/],
    ['another key', { key: AES_KEY.toLowerCase() }, /^ENVELOPE_REJECTED/],
    ['the other format inside', { text: '<xml><a>b</a></xml>' }, /^the answer is not json$/],
  ])('is a sealed answer with %s', (_, changes, because) => {
    expect(verdictOn(sealedAnswer({}))).toEqual({ kind: 'delivered', fields: { a: 'b' } })
    expect(verdictOn(sealedAnswer(changes))).toEqual({ kind: 'abnormal', because: expect.stringMatching(because) })
  })
})

describe('a status', () => {
  const verdictOnStatus = (status: number) => verdictOf({ status, body: 'success' }, anAccount(), 'json', true)

  test.each([500, 502, 503, 504])('%d asks for another try', (status) => {
    expect(verdictOnStatus(status)).toEqual({ kind: 'unanswered', because: `HTTP ${status}` })
  })

  test.each([301, 302, 400, 401, 403, 404, 413])('%d refuses, whatever the body says', (status) => {
    expect(verdictOnStatus(status)).toEqual({ kind: 'refused', status })
  })
})

/** Over the ciphertext that {@link sealedAnswer} makes. */
function signatureOfAnswer(token = TOKEN): string {
  const encrypt = sealEnvelope('{"a":"b"}', decodeAesKey(AES_KEY), APP_ID, WORLD.random())
  return signatureOf(new Secret(token), { timestamp: String(NOW), nonce: '1', encrypt })
}
