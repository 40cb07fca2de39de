import { describe, expect, it } from 'vitest'
import { Secret } from '../../../shared/kernel/secret.ts'
import { receivePush, verifyUrl } from '../../../shared/wechat/receive.ts'
import { NEGATIVE, receiverOf, requestOf, vectorOf, vectorsWith } from '../../support/vectors.ts'

describe('receivePush of published requests', () => {
  for (const vector of vectorsWith('encrypt', 'encodingAesKey', 'msgSignature', 'plaintext', 'format')) {
    if (vector.kind !== 'safe-post' && vector.kind !== 'compat-post') continue
    it(`opens the whole request of ${vector.title}`, () => {
      const { query, body } = requestOf(vector)
      const { trust, now } = receiverOf(vector)
      const push = receivePush(query, Buffer.from(body), trust, now)
      expect(push).toMatchObject({ text: vector.plaintext, format: vector.format, nonce: vector.nonce })
      expect(push.signedAt).toBe(Number(vector.timestamp))
      expect(push.seal?.token.reveal()).toBe(vector.token)
    })

    it(`opens it sent in compatible mode as well: ${vector.id}`, () => {
      const { query, body } = requestOf({ ...vector, kind: 'compat-post' })
      const { trust, now } = receiverOf(vector)
      expect(receivePush(query, Buffer.from(body), { ...trust, mode: 'compatible' }, now).text).toBe(vector.plaintext)
    })
  }

  it("reads WeChat's debug event, in JSON and in XML", () => {
    for (const id of ['mp-official-safe-json', 'op-official-safe-xml']) {
      const { query, body } = requestOf(vectorOf(id))
      const { trust, now } = receiverOf(vectorOf(id))
      const { fields } = receivePush(query, Buffer.from(body), trust, now)
      expect(fields).toMatchObject({ ToUserName: 'gh_97417a04a28d', Event: 'debug_demo', debug_str: 'hello world' })
    }
  })

  it('reads the plaintext request of mp-official-plain-post', () => {
    const { query, body } = requestOf(vectorOf('mp-official-plain-post'))
    const { trust, now } = receiverOf(vectorOf('mp-official-plain-post'))
    const push = receivePush(query, Buffer.from(body), trust, now)
    expect(push).toMatchObject({ format: 'json', seal: undefined, text: body })
    expect(push.fields).toMatchObject({ FromUserName: 'o9AgO5Kd5ggOC-bXrbNODIiE3bGY', CreateTime: '1714037059' })
  })

  for (const vector of NEGATIVE.filter(({ expectName }) => expectName !== 'IllegalAesKey')) {
    it(`refuses the whole request of ${vector.title}`, () => {
      const { query, body } = requestOf(vector)
      const { trust, now } = receiverOf(vector)
      const code =
        vector.expectName === 'ValidateSignatureError'
          ? 'SIGNATURE_MISMATCH parameter=msg_signature'
          : `ENVELOPE_REJECTED because=${vector.expectName}`
      expect(() => receivePush(query, Buffer.from(body), trust, now)).toThrow(new RegExp(`^${code}:`))
    })
  }
})

describe('verifyUrl of published checks', () => {
  it('gives the echostr of mp-official-url-verify', () => {
    const { timestamp = '', nonce = '', signature = '', echostr = '', token } = vectorOf('mp-official-url-verify')
    const published = new URLSearchParams({ signature, timestamp, nonce, echostr }).toString()
    expect(verifyUrl(published, [new Secret(token)])).toBe('4375120948345356249')
  })

  it("refuses WeCom's check, whose echostr is sealed and whose msg_signature covers it", () => {
    for (const { msgSignature, encrypt, ...vector } of vectorsWith('msgSignature', 'encrypt', 'timestamp', 'nonce')) {
      if (vector.kind !== 'wecom-url-verify') continue
      const { timestamp, nonce, token } = vector
      const wecom = new URLSearchParams({ msg_signature: msgSignature, timestamp, nonce, echostr: encrypt }).toString()
      expect(() => verifyUrl(wecom, [new Secret(token)])).toThrow(/^QUERY_INCOMPLETE parameter=signature:/)
    }
  })
})
