import { describe, expect, test } from 'vitest'
import { contentTypeOf, type Delivery, deliver, verification } from '../../../dev/simulator/delivery.ts'
import type { AppId } from '../../../shared/kernel/ids.ts'
import type { PUSH_MODES } from '../../../shared/kernel/push-mode.ts'
import { Secret } from '../../../shared/kernel/secret.ts'
import { seconds } from '../../../shared/kernel/time.ts'
import { decodeAesKey } from '../../../shared/wechat/envelope.ts'
import { verifyUrl } from '../../../shared/wechat/receive.ts'
import { FORMATS, readWire, writeWire } from '../../../shared/wechat/wire.ts'
import { aDelivery, anAccount, aTextPush, NOW, OPEN_ID, ORIGINAL_ID, TOKEN } from '../../support/build.ts'
import { requestOf, vectorOf, vectorsWith } from '../../support/vectors.ts'

const membersOf = (query: string): Readonly<Record<string, string>> => Object.fromEntries(new URLSearchParams(query))
const namesOf = (query: string): readonly string[] => [...new URLSearchParams(query).keys()]

describe('deliver of what was published', () => {
  const sealed = vectorsWith('encrypt', 'encodingAesKey', 'appId', 'plaintext', 'random', 'msgSignature', 'timestamp')
  for (const vector of sealed.filter(({ kind }) => kind === 'safe-post' || kind === 'compat-post')) {
    const mode = vector.kind === 'safe-post' ? 'safe' : 'compatible'
    const account = {
      appId: vector.appId as AppId,
      token: new Secret(vector.token),
      key: decodeAesKey(vector.encodingAesKey),
    }
    const { nonce = '', random, timestamp } = vector
    const options = { mode, nonce, random: Buffer.from(random), now: seconds(Number(timestamp)) } as const
    const { query, body } = deliver(account, vector.plaintext, options)

    test(`signs as published: ${vector.title}`, () => {
      const { query: published } = requestOf(vector)
      expect(membersOf(query)).toMatchObject(membersOf(published))
    })

    test(`seals as published: ${vector.id}`, () => {
      const { fields, format } = readWire(body)
      expect([fields.Encrypt, format]).toEqual([vector.encrypt, vector.format])
      if (mode === 'compatible') expect(body).toBe(requestOf(vector).body)
    })
  }

  test('is, in clear, the whole request of mp-official-plain-post', () => {
    const vector = vectorOf('mp-official-plain-post')
    const { nonce = '', body = '', signature = '', timestamp = '' } = vector
    const account = anAccount({ token: new Secret(vector.token) })
    const delivery = deliver(account, body, { mode: 'plaintext', nonce, now: seconds(Number(timestamp)) })
    expect(delivery.body).toBe(body)
    expect(membersOf(delivery.query)).toEqual({ signature, timestamp, nonce, openid: 'o9AgO5Kd5ggOC-bXrbNODIiE3bGY' })
  })
})

describe('the query', () => {
  const plain = ['signature', 'timestamp', 'nonce', 'openid']

  test.each([
    ['plaintext', plain],
    ['compatible', [...plain, 'encrypt_type', 'msg_signature']],
    ['safe', [...plain, 'encrypt_type', 'msg_signature']],
  ] as const)('has WeChat’s parameters in %s mode', (mode, names) => {
    const { query } = aDelivery(aTextPush(), { mode })
    expect(namesOf(query)).toEqual(names)
    expect(membersOf(query)).toMatchObject({ timestamp: String(NOW), openid: OPEN_ID })
    if (mode !== 'plaintext') expect(membersOf(query).encrypt_type).toBe('aes')
  })

  test('has a nonce of its own each time, of nine or ten digits', () => {
    const nonces = Array.from({ length: 20 }, () => membersOf(aDelivery().query).nonce ?? '')
    expect(new Set(nonces).size).toBe(20)
    for (const nonce of nonces) expect(nonce).toMatch(/^\d{9,10}$/)
  })
})

describe('the body', () => {
  const bodyOf = (text: string, mode: (typeof PUSH_MODES)[number]): string =>
    deliver(anAccount(), text, { mode, now: NOW }).body

  test.each(FORMATS)('in safe mode is ToUserName and Encrypt, as %s', (format) => {
    const { fields } = readWire(bodyOf(writeWire(format, aTextPush()), 'safe'))
    expect(fields).toEqual({ ToUserName: ORIGINAL_ID, Encrypt: expect.stringMatching(/^[\w+/]{100,}={0,2}$/) })
  })

  test.each(FORMATS)('in compatible mode has every member beside Encrypt, as %s', (format) => {
    const text = writeWire(format, aTextPush())
    for (const written of [text, `${text}\n`, format === 'json' ? text.replace(/}$/, '\n}') : text]) {
      const { fields } = readWire(bodyOf(written, 'compatible'))
      expect(fields).toEqual({ ...readWire(text).fields, Encrypt: expect.any(String) })
    }
  })

  test.each(FORMATS)('in clear is the text itself, as %s', (format) => {
    const text = writeWire(format, aTextPush())
    expect(bodyOf(text, 'plaintext')).toBe(text)
  })

  test('is sealed anew each time', () => {
    const [one, two] = [aDelivery(), aDelivery()].map(({ body }: Delivery) => readWire(body).fields.Encrypt)
    expect(one).not.toBe(two)
  })

  test('has a content type by its format', () => {
    expect(FORMATS.map(contentTypeOf)).toEqual(['application/json', 'text/xml'])
  })
})

describe('verification', () => {
  test('is the check of the URL, signed', () => {
    const { query, echostr } = verification(anAccount(), NOW)
    expect(namesOf(query)).toEqual(['signature', 'timestamp', 'nonce', 'echostr'])
    expect(echostr).toMatch(/^\d{1,20}$/)
    expect(verifyUrl(query, [new Secret(TOKEN)])).toBe(echostr)
  })

  test('asks for another echo each time', () => {
    expect(verification(anAccount(), NOW).echostr).not.toBe(verification(anAccount(), NOW).echostr)
  })
})
