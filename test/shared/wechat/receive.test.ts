import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deliver, verification } from '../../../dev/simulator/delivery.ts'
import { Fault } from '../../../shared/kernel/fault.ts'
import type { AppId } from '../../../shared/kernel/ids.ts'
import { Secret } from '../../../shared/kernel/secret.ts'
import { hours, type Seconds, seconds } from '../../../shared/kernel/time.ts'
import { decodeAesKey, sealEnvelope } from '../../../shared/wechat/envelope.ts'
import { receivePush, type Trust, verifyUrl } from '../../../shared/wechat/receive.ts'
import { signatureOf } from '../../../shared/wechat/signature.ts'
import { writeWire } from '../../../shared/wechat/wire.ts'
import { anyDraft, anyFormat, anyText, asRead } from '../../support/arbitraries.ts'
import {
  AES_KEY,
  APP_ID,
  aDelivery,
  anAccount,
  aTextPush,
  aTrust,
  NOW,
  oneLetterOff,
  TOKEN,
  withQuery,
} from '../../support/build.ts'

type Sent = { readonly query: string; readonly body: string | Uint8Array }

const receive = ({ query, body }: Sent, changes: Partial<Trust> = {}, now: Seconds = NOW) =>
  receivePush(query, Buffer.from(body), aTrust(changes), now)

const plain = aDelivery(aTextPush(), { mode: 'plaintext' })
const compatible = aDelivery(aTextPush(), { mode: 'compatible' })
const safe = aDelivery(aTextPush(), { mode: 'safe' })

/** A body that WeChat could not have sent, sealed and signed as if it had. */
function signedBody(body: (encrypt: string) => string, text: string): Sent {
  const { token, key } = anAccount()
  const encrypt = sealEnvelope(text, key, APP_ID, Buffer.alloc(16))
  const signed = { timestamp: String(NOW), nonce: '1' }
  const msg_signature = signatureOf(token, { ...signed, encrypt })
  const signature = signatureOf(token, signed)
  return { query: new URLSearchParams({ ...signed, signature, msg_signature }).toString(), body: body(encrypt) }
}

describe('receivePush in safe mode', () => {
  it('opens what is sealed and knows what opened it', () => {
    const push = receive(safe)
    expect(push.fields).toMatchObject({ Content: '你好，请问什么时候发货？', MsgId: '23637352235060881' })
    expect(push.message).toMatchObject({ kind: 'text', content: '你好，请问什么时候发货？' })
    expect(push.seal?.appId).toBe(APP_ID)
    expect(push.seal?.token.reveal()).toBe(TOKEN)
    expect(push.seal?.key.reveal()).toEqual(decodeAesKey(AES_KEY).reveal())
  })

  it('refuses what is not sealed, whatever encrypt_type says', () => {
    for (const encryptType of [undefined, 'raw', 'aes', '']) {
      const query = withQuery(plain.query, { encrypt_type: encryptType })
      for (const mode of ['safe', 'compatible'] as const) {
        expect(() => receive({ ...plain, query }, { mode })).toThrow(/^PUSH_UNSEALED:/)
      }
    }
  })

  it('opens what is sealed, whatever encrypt_type says', () => {
    for (const encryptType of [undefined, 'raw', 'AES']) {
      expect(receive({ ...safe, query: withQuery(safe.query, { encrypt_type: encryptType }) }).text).toBe(
        receive(safe).text,
      )
    }
  })

  it('refuses an Encrypt that is empty, a list or a tree', () => {
    const text = writeWire('json', aTextPush())
    const bodies = [
      () => '{"Encrypt":""}',
      (encrypt: string) => `{"Encrypt":["${encrypt}"]}`,
      (encrypt: string) => `{"Encrypt":{"Encrypt":"${encrypt}"}}`,
      (encrypt: string) => `<xml><Encrypt>${encrypt}</Encrypt><Encrypt>${encrypt}</Encrypt></xml>`,
      (encrypt: string) => `{"encrypt":"${encrypt}"}`,
    ]
    for (const body of bodies) expect(() => receive(signedBody(body, text))).toThrow(/^PUSH_UNSEALED:/)
  })

  it('never reads what stands beside Encrypt', () => {
    const forged = { Content: 'forged', FromUserName: 'oFORGED', ToUserName: 'gh_forged' }
    const sent = signedBody((encrypt) => JSON.stringify({ ...forged, Encrypt: encrypt }), '{"Content":"true"}')
    for (const mode of ['safe', 'compatible'] as const)
      expect(receive(sent, { mode }).fields).toEqual({ Content: 'true' })
  })

  it('refuses signature where msg_signature belongs', () => {
    const signature = new URLSearchParams(safe.query).get('signature') ?? ''
    const query = withQuery(safe.query, { msg_signature: signature })
    expect(() => receive({ ...safe, query })).toThrow(/^SIGNATURE_MISMATCH parameter=msg_signature:/)
  })

  it('refuses a right signature without msg_signature', () => {
    const query = withQuery(safe.query, { msg_signature: undefined })
    expect(() => receive({ ...safe, query })).toThrow(/^QUERY_INCOMPLETE parameter=msg_signature:/)
  })

  it('decides by msg_signature alone: signature may be wrong or absent', () => {
    for (const signature of [undefined, '0'.repeat(40)]) {
      expect(receive({ ...safe, query: withQuery(safe.query, { signature }) }).text).toBe(receive(safe).text)
    }
  })

  for (const name of ['msg_signature', 'timestamp', 'nonce']) {
    it(`refuses one letter changed in ${name}`, () => {
      const value = new URLSearchParams(safe.query).get(name) ?? ''
      const query = withQuery(safe.query, { [name]: oneLetterOff(value) })
      expect(() => receive({ ...safe, query })).toThrow(/^SIGNATURE_MISMATCH parameter=msg_signature:/)
    })
  }

  it('trusts no openid of the query', () => {
    const query = withQuery(safe.query, { openid: 'oFORGED' })
    expect(receive({ ...safe, query }).message.fromUserName).toBe(receive(safe).message.fromUserName)
  })

  it('refuses a sealed text that is no push', () => {
    for (const text of ['success', '', '{"a":', '<xml>']) {
      const sent = signedBody((encrypt) => JSON.stringify({ Encrypt: encrypt }), text)
      expect(() => receive(sent)).toThrow(/^BODY_UNREADABLE because=/)
    }
  })

  it('reads a byte-order mark before the body and before the sealed text', () => {
    const text = writeWire('xml', aTextPush())
    const sent = signedBody((encrypt) => `\ufeff{"Encrypt":"${encrypt}"}`, `\ufeff${text}`)
    expect(receive(sent)).toMatchObject({ text, format: 'xml' })
  })

  it('refuses bytes that are not UTF-8', () => {
    const body = Buffer.concat([Buffer.from(safe.body.slice(0, -1)), Buffer.from([0xff])])
    expect(() => receive({ query: safe.query, body })).toThrow(/^BODY_UNREADABLE because=utf-8:/)
  })
})

describe('receivePush in compatible mode', () => {
  for (const format of ['json', 'xml'] as const) {
    it(`reads the sealed text, which is complete by itself, of ${format}`, () => {
      const sent = aDelivery(aTextPush(), { mode: 'compatible', format })
      const push = receive(sent, { mode: 'compatible' })
      expect(push.text).toBe(writeWire(format, aTextPush()))
      expect(push.fields).not.toHaveProperty('Encrypt')
      expect(push.seal).toBeDefined()
    })
  }

  it('accepts what safe mode sends, while the console is being switched', () => {
    expect(receive(safe, { mode: 'compatible' }).text).toBe(receive(compatible, { mode: 'safe' }).text)
  })
})

describe('receivePush in plaintext mode', () => {
  it('reads the body as it stands', () => {
    expect(receive(plain, { mode: 'plaintext', keys: [] })).toMatchObject({ seal: undefined, text: plain.body })
  })

  for (const format of ['json', 'xml'] as const) {
    it(`reads the members beside Encrypt and drops Encrypt, ${format}`, () => {
      const sent = aDelivery(aTextPush(), { mode: 'compatible', format })
      const push = receive(sent, { mode: 'plaintext', keys: [] })
      expect(push.fields).toEqual(asRead(format, aTextPush()))
      expect(push).toMatchObject({ seal: undefined, message: { kind: 'text' } })
    })
  }

  it('refuses what is only sealed, with what to do', () => {
    expect(() => receive(safe, { mode: 'plaintext' })).toThrow(/^PUSH_SEALED:.*WECHAT_PUSH_MODE/)
    expect(() => receive({ ...safe, body: '{"Encrypt":"x"}' }, { mode: 'plaintext' })).toThrow(/^PUSH_SEALED:/)
  })

  it('refuses a signature with one letter changed, absent, or of another token', () => {
    const signature = new URLSearchParams(plain.query).get('signature') ?? ''
    const changed = withQuery(plain.query, { signature: oneLetterOff(signature) })
    const absent = withQuery(plain.query, { signature: undefined })
    expect(() => receive({ ...plain, query: changed }, { mode: 'plaintext' })).toThrow(
      /^SIGNATURE_MISMATCH parameter=signature:/,
    )
    expect(() => receive({ ...plain, query: absent }, { mode: 'plaintext' })).toThrow(
      /^QUERY_INCOMPLETE parameter=signature:/,
    )
    const tokens = [new Secret(oneLetterOff(TOKEN))]
    expect(() => receive(plain, { mode: 'plaintext', tokens })).toThrow(/^SIGNATURE_MISMATCH parameter=signature:/)
  })

  it('refuses msg_signature where signature belongs', () => {
    const msgSignature = new URLSearchParams(compatible.query).get('msg_signature') ?? ''
    const query = withQuery(compatible.query, { signature: msgSignature })
    expect(() => receive({ ...compatible, query }, { mode: 'plaintext' })).toThrow(
      /^SIGNATURE_MISMATCH parameter=signature:/,
    )
  })
})

describe('receivePush in every mode', () => {
  const sent = { plaintext: plain, compatible, safe }
  for (const mode of ['plaintext', 'compatible', 'safe'] as const) {
    it(`refuses a query parameter that is repeated, ${mode}`, () => {
      for (const [name, value] of new URLSearchParams(sent[mode].query)) {
        const query = `${sent[mode].query}&${name}=${encodeURIComponent(value)}`
        expect(() => receive({ ...sent[mode], query }, { mode })).toThrow(/^QUERY_REPEATED:/)
      }
    })

    it(`accepts a push signed 72 hours ago and refuses one a second older, ${mode}`, () => {
      const at = (age: number) => receive(sent[mode], { mode }, seconds(NOW + age))
      expect(at(72 * 3600).signedAt).toBe(NOW)
      expect(() => at(72 * 3600 + 1)).toThrow(/^PUSH_TOO_OLD hours=72:/)
    })

    it(`accepts a push signed an hour ahead of our clock and refuses a second more, ${mode}`, () => {
      const at = (age: number) => receive(sent[mode], { mode }, seconds(NOW + age))
      expect(at(-3600).signedAt).toBe(NOW)
      expect(() => at(-3601)).toThrow(/^PUSH_FROM_FUTURE hours=1:/)
    })

    it(`says nothing of the age to a caller without the signature, ${mode}`, () => {
      const tokens = [new Secret(oneLetterOff(TOKEN))]
      const old = () => receive(sent[mode], { mode, tokens }, seconds(NOW + hours(1000)))
      expect(old).toThrow(/^SIGNATURE_MISMATCH/)
    })
  }

  it('takes the age limit from us', () => {
    expect(() => receive(safe, { maxAge: hours(1) }, seconds(NOW + 3601))).toThrow(/^PUSH_TOO_OLD hours=1:/)
  })
})

describe('receivePush while a Token or an EncodingAESKey is being replaced', () => {
  const oldToken = new Secret(oneLetterOff(TOKEN))
  const oldKey = decodeAesKey(AES_KEY.replace('0123', '3210'))
  const tokens = [new Secret(TOKEN), oldToken]
  const keys = [decodeAesKey(AES_KEY), oldKey]

  it('accepts the second token and the second key, and seals the answer with what opened', () => {
    const old = deliver(anAccount({ token: oldToken, key: oldKey }), writeWire('json', aTextPush()), {
      mode: 'safe',
      now: NOW,
    })
    const { seal } = receive(old, { tokens, keys })
    expect(seal?.token).toBe(oldToken)
    expect(seal?.key).toBe(oldKey)
  })

  it('accepts the new token with the old key and the old token with the new key', () => {
    for (const changes of [{ key: oldKey }, { token: oldToken }]) {
      const { seal } = receive(aDelivery(aTextPush(), { account: anAccount(changes) }), { tokens, keys })
      expect(seal?.token).toBe('token' in changes ? oldToken : tokens[0])
      expect(seal?.key).toBe('key' in changes ? oldKey : keys[0])
    }
  })

  it('accepts the second token in plaintext mode', () => {
    const old = aDelivery(aTextPush(), { mode: 'plaintext', account: anAccount({ token: oldToken }) })
    expect(receive(old, { tokens, mode: 'plaintext' }).message.kind).toBe('text')
  })

  it('refuses a third token and a third key, with the reason of the first key', () => {
    const third = aDelivery(aTextPush(), { account: anAccount({ token: new Secret(`${TOKEN}3`) }) })
    expect(() => receive(third, { tokens, keys })).toThrow(/^SIGNATURE_MISMATCH/)
    const sealed = aDelivery(aTextPush(), {
      account: anAccount({ key: decodeAesKey(AES_KEY.replace('0123', '0000')) }),
    })
    expect(() => receive(sealed, { tokens, keys })).toThrow(/^ENVELOPE_REJECTED because=/)
    const foreign = aDelivery(aTextPush(), { account: anAccount({ appId: 'wx0000aaaa1111bbbc' as AppId }) })
    expect(() => receive(foreign, { tokens, keys })).toThrow(/^ENVELOPE_REJECTED because=ValidateAppidError:/)
  })
})

describe('receivePush of anything', () => {
  const anyMode = fc.constantFrom('plaintext', 'compatible', 'safe' as const)

  it('gives back what was delivered, for any text, mode and format', () => {
    fc.assert(
      fc.property(anyMode, anyFormat, anyText, fc.nat(), (mode, format, content, nonce) => {
        const draft = aTextPush({ Content: content })
        const push = receive(aDelivery(draft, { mode, format, nonce: String(nonce) }), { mode })
        expect(push.fields).toEqual(asRead(format, draft))
        expect(push).toMatchObject({ format, nonce: String(nonce), message: { kind: 'text', content } })
      }),
    )
  })

  it('gives back any members at all', () => {
    fc.assert(
      fc.property(anyMode, anyFormat, anyDraft, (mode, format, draft) => {
        fc.pre(!Object.hasOwn(draft, 'Encrypt'))
        const members = { ...draft, ToUserName: 'gh_0', MsgType: 'new' }
        expect(receive(aDelivery(members, { mode, format }), { mode }).fields).toEqual(asRead(format, members))
      }),
    )
  })

  it('never gives other content when one character is changed, put in or left out, in safe mode', () => {
    const forms = (['json', 'xml'] as const).map((format) => aDelivery(aTextPush(), { format }))
    const place = fc.record({ form: fc.nat({ max: 1 }), part: fc.constantFrom('query', 'body' as const), at: fc.nat() })
    const change = fc.record({
      letter: fc.string({ unit: 'binary-ascii', minLength: 0, maxLength: 1 }),
      cut: fc.nat({ max: 1 }),
    })
    fc.assert(
      fc.property(place, change, ({ form, part, at }, { letter, cut }) => {
        const sent = forms[form] ?? safe
        const where = at % sent[part].length
        const bad = { ...sent, [part]: sent[part].slice(0, where) + letter + sent[part].slice(where + cut) }
        const { text, signedAt, nonce } = receive(sent)
        try {
          expect(receive(bad)).toMatchObject({ text, signedAt, nonce })
        } catch (cause) {
          if (!(cause instanceof Fault)) throw cause
          expect(cause.status).toBe(401)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('verifyUrl', () => {
  const { query, echostr } = verification(anAccount(), NOW)
  const tokens = [new Secret('another'), new Secret(TOKEN)]

  it('gives the echostr to any of our tokens, beside members it does not know', () => {
    expect(verifyUrl(query, tokens)).toBe(echostr)
    expect(verifyUrl(`${query}&msg_signature=${'0'.repeat(40)}&encrypt_type=aes`, tokens)).toBe(echostr)
  })

  it('gives it decoded', () => {
    expect(verifyUrl(withQuery(query, { echostr: 'a+b/c d%' }), tokens)).toBe('a+b/c d%')
  })

  for (const name of ['signature', 'timestamp', 'nonce']) {
    it(`refuses one letter changed in ${name}, and its absence`, () => {
      const value = new URLSearchParams(query).get(name) ?? ''
      const changed = withQuery(query, { [name]: oneLetterOff(value) })
      expect(() => verifyUrl(changed, tokens)).toThrow(/^SIGNATURE_MISMATCH parameter=signature:/)
      const absent = withQuery(query, { [name]: undefined })
      expect(() => verifyUrl(absent, tokens)).toThrow(new RegExp(`^QUERY_INCOMPLETE parameter=${name}:`))
    })
  }

  it('refuses a request without echostr and one with two', () => {
    expect(() => verifyUrl(withQuery(query, { echostr: undefined }), tokens)).toThrow(
      /^QUERY_INCOMPLETE parameter=echostr:/,
    )
    expect(() => verifyUrl(`${query}&echostr=1`, tokens)).toThrow(/^QUERY_REPEATED:/)
  })
})
