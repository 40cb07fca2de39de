import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AppId } from '../../../shared/kernel/ids.ts'
import { Secret } from '../../../shared/kernel/secret.ts'
import { seconds } from '../../../shared/kernel/time.ts'
import { writeAnswer } from '../../../shared/wechat/answer.ts'
import { type Answer, SUCCESS } from '../../../shared/wechat/answer-draft.ts'
import { answerRandom, decodeAesKey, openAnswer } from '../../../shared/wechat/envelope.ts'
import type { Push } from '../../../shared/wechat/receive.ts'
import { signatureOf } from '../../../shared/wechat/signature.ts'
import { readWire } from '../../../shared/wechat/wire.ts'
import { anyDraft, anyFormat, asRead } from '../../support/arbitraries.ts'
import { anEventPush, aPush, aTextPush, NOW } from '../../support/build.ts'
import { type Vector, vectorsWith } from '../../support/vectors.ts'

const world = { now: seconds(NOW + 1), random: () => Buffer.from('0123456789abcdef') }
const write = (answer: Answer, push: Push) => writeAnswer(answer, push, world)

/** Opens a sealed answer as WeChat does: the signature is over the answer's own time and nonce. */
function unseal(body: string, { seal }: Push): string {
  const { Encrypt, MsgSignature, TimeStamp, Nonce } = readWire(body).fields as Readonly<Record<string, string>>
  if (seal === undefined) throw new Error('the push was not sealed')
  const signed = { timestamp: TimeStamp ?? '', nonce: Nonce ?? '', encrypt: Encrypt ?? '' }
  expect(MsgSignature).toBe(signatureOf(seal.token, signed))
  return Buffer.from(openAnswer(signed.encrypt, seal.key, seal.appId)).toString('utf8')
}

const plain = {
  json: aPush(aTextPush(), { mode: 'plaintext' }),
  xml: aPush(aTextPush(), { mode: 'plaintext', format: 'xml' }),
}
const sealed = { json: aPush(aTextPush()), xml: aPush(aTextPush(), { format: 'xml' }) }
const transfer: Answer = { kind: 'transfer_customer_service' }

describe('writeAnswer', () => {
  it('writes success as seven bytes in clear, to sealed pushes as well', () => {
    for (const push of [plain.json, plain.xml, sealed.json, sealed.xml]) {
      expect(write(SUCCESS, push)).toEqual({ contentType: 'text/plain; charset=utf-8', body: 'success' })
    }
  })

  it('hands over to human agents with sender and receiver swapped and the time of the push', () => {
    expect(write(transfer, plain.json)).toEqual({
      contentType: 'application/json; charset=utf-8',
      body:
        '{"ToUserName":"oTEST_AAAAAAAAAAAAAAAAAAAAAA","FromUserName":"gh_0a1b2c3d4e5f","CreateTime":1760000000,' +
        '"MsgType":"transfer_customer_service"}',
    })
    expect(write(transfer, plain.xml)).toEqual({
      contentType: 'application/xml; charset=utf-8',
      body:
        '<xml><ToUserName><![CDATA[oTEST_AAAAAAAAAAAAAAAAAAAAAA]]></ToUserName>' +
        '<FromUserName><![CDATA[gh_0a1b2c3d4e5f]]></FromUserName><CreateTime>1760000000</CreateTime>' +
        '<MsgType><![CDATA[transfer_customer_service]]></MsgType></xml>',
    })
  })

  it('takes the time of signing when a push has none', () => {
    const push = aPush({ MsgType: 'text', FromUserName: 'o1' }, { mode: 'plaintext' })
    expect(readWire(write(transfer, push).body).fields).toMatchObject({ CreateTime: String(NOW), ToUserName: 'o1' })
  })

  it('writes ErrCode as a number and ErrMsg as text to a payment event', () => {
    const answer: Answer = { kind: 'xpay', errCode: 0, errMsg: 'success' }
    expect(write(answer, plain.json).body).toBe('{"ErrCode":0,"ErrMsg":"success"}')
    expect(write(answer, plain.xml).body).toBe('<xml><ErrCode>0</ErrCode><ErrMsg><![CDATA[success]]></ErrMsg></xml>')
  })

  it("echoes a courier company's event with its result and what the event asks for", () => {
    const push = aPush(anEventPush({ Event: 'add_waybill' }), { mode: 'plaintext' })
    const answer: Answer = { kind: 'express', resultCode: 0, resultMsg: 'ok', members: { WaybillID: '1' } }
    expect(JSON.parse(write(answer, push).body)).toEqual({
      ToUserName: 'oTEST_AAAAAAAAAAAAAAAAAAAAAA',
      FromUserName: 'gh_0a1b2c3d4e5f',
      CreateTime: 1760000000,
      MsgType: 'event',
      Event: 'add_waybill',
      ResultCode: 0,
      ResultMsg: 'ok',
      WaybillID: '1',
    })
  })

  it("echoes an instant-delivery company's event in small letters", () => {
    const push = aPush(anEventPush({ Event: 'transport_add_order' }), { mode: 'plaintext' })
    const written = write({ kind: 'delivery', resultCode: 1, resultMsg: '余额不足' }, push)
    expect(JSON.parse(written.body)).toMatchObject({
      Event: 'transport_add_order',
      resultcode: 1,
      resultmsg: '余额不足',
    })
  })

  it('seals every answer but success when the push was sealed, in its format', () => {
    const answers: readonly Answer[] = [
      transfer,
      { kind: 'xpay', errCode: 1, errMsg: 'again' },
      { kind: 'express', resultCode: 0, resultMsg: 'ok' },
      { kind: 'delivery', resultCode: 0, resultMsg: 'ok' },
      { kind: 'content', members: { a: 'b' } },
    ]
    for (const answer of answers) {
      for (const format of ['json', 'xml'] as const) {
        const { contentType, body } = write(answer, sealed[format])
        expect(contentType).toBe(`application/${format}; charset=utf-8`)
        expect(unseal(body, sealed[format])).toBe(write(answer, plain[format]).body)
      }
    }
  })

  it('answers a mini game in clear, to a sealed push as well', () => {
    const answer: Answer = { kind: 'minigame', errCode: 0, errMsg: 'Success' }
    for (const push of [plain.json, sealed.json])
      expect(write(answer, push).body).toBe('{"ErrCode":0,"ErrMsg":"Success"}')
    expect(write(answer, sealed.xml).body).toBe('<xml><ErrCode>0</ErrCode><ErrMsg><![CDATA[Success]]></ErrMsg></xml>')
  })

  it("names the envelope's members as WeChat spells them: TimeStamp a number, Nonce text, both our own and the push's", () => {
    const { nonce } = sealed.json
    const json = write(transfer, sealed.json).body
    expect(json).toMatch(
      new RegExp(`^{"Encrypt":"[^"]+","MsgSignature":"[0-9a-f]{40}","TimeStamp":1760000001,"Nonce":"${nonce}"}$`),
    )
    const xml = write(transfer, sealed.xml).body
    expect(xml).toContain(`<TimeStamp>1760000001</TimeStamp><Nonce><![CDATA[${sealed.xml.nonce}]]></Nonce></xml>`)
    expect(xml).toMatch(
      /^<xml><Encrypt><!\[CDATA\[[^\]]+]]><\/Encrypt><MsgSignature><!\[CDATA\[[0-9a-f]{40}]]><\/MsgSignature>/,
    )
  })

  it('gives every delivery of a push the same answer', () => {
    const retry = aPush(aTextPush(), { mode: 'plaintext', now: seconds(NOW + 5) })
    expect(write(transfer, retry)).toEqual(write(transfer, plain.json))
    const sealedRetry = aPush(aTextPush(), { now: seconds(NOW + 5) })
    expect(unseal(write(transfer, sealedRetry).body, sealedRetry)).toBe(write(transfer, plain.json).body)
  })

  it('gives content back to whoever opens it, for any members', () => {
    fc.assert(
      fc.property(anyFormat, anyDraft, (format, members) => {
        const { body } = write({ kind: 'content', members }, sealed[format])
        expect(readWire(unseal(body, sealed[format])).fields).toEqual(asRead(format, members))
      }),
    )
  })
})

describe('writeAnswer of published replies', () => {
  const pushOf = (vector: Vector): Push => ({
    ...(vector.format === 'xml' ? plain.xml : plain.json),
    nonce: vector.nonce ?? '',
    seal: {
      appId: vector.appId as AppId,
      token: new Secret(vector.token),
      key: decodeAesKey(vector.encodingAesKey ?? ''),
    },
  })
  const replies = vectorsWith('format', 'plaintext', 'random', 'encrypt', 'msgSignature', 'timestamp', 'nonce').filter(
    ({ kind }) => kind === 'encrypted-reply',
  )

  it('is mp-official-reply-json to the letter', () => {
    const [vector] = replies.filter(({ id }) => id === 'mp-official-reply-json')
    if (vector === undefined) throw new Error('the vector is gone')
    const at = { now: seconds(Number(vector.timestamp)), random: () => Buffer.from(vector.random) }
    const { body } = writeAnswer({ kind: 'content', members: { demo_resp: 'good luck' } }, pushOf(vector), at)
    expect(JSON.parse(body)).toEqual(vector.replyBody)
  })

  for (const vector of replies) {
    it(`opens to the content of ${vector.title}`, () => {
      const push = pushOf(vector)
      const { encrypt: Encrypt, msgSignature: MsgSignature, nonce: Nonce } = vector
      const body = JSON.stringify({ Encrypt, MsgSignature, TimeStamp: Number(vector.timestamp), Nonce })
      expect(unseal(body, push)).toBe(vector.plaintext)
    })

    it(`is sealed anew with the same members: ${vector.id}`, () => {
      const push = pushOf(vector)
      const at = { now: seconds(Number(vector.timestamp)), random: () => Buffer.from(vector.random) }
      const members = { demo_resp: 'good luck' }
      const { body } = writeAnswer({ kind: 'content', members }, push, at)
      expect(readWire(body).format).toBe(vector.format)
      expect(readWire(unseal(body, push)).fields).toEqual(members)
    })
  }
})

describe('answerRandom', () => {
  it('gives 16 bytes, other ones each time', () => {
    expect(answerRandom()).toHaveLength(16)
    expect(answerRandom()).not.toEqual(answerRandom())
  })
})
