import { createCipheriv } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AppId } from '../../../shared/kernel/ids.ts'
import { decodeAesKey, openEnvelope, sealEnvelope } from '../../../shared/wechat/envelope.ts'
import { anyText } from '../../support/arbitraries.ts'
import { AES_KEY, APP_ID } from '../../support/build.ts'
import { NEGATIVE, vectorsWith } from '../../support/vectors.ts'

const key = decodeAesKey(AES_KEY)
const random = Buffer.from('0123456789abcdef')
const sealed = sealEnvelope('{"a":"b"}', key, APP_ID, random)
const opened = (encrypt: string, appId: AppId = APP_ID) =>
  Buffer.from(openEnvelope(encrypt, key, appId)).toString('utf8')

/** Encrypts bytes as they are: what a sender with the right key but the wrong bytes would send. */
function encrypted(bytes: Uint8Array): string {
  const secret = key.reveal()
  const cipher = createCipheriv('aes-256-cbc', secret, secret.subarray(0, 16)).setAutoPadding(false)
  return Buffer.concat([cipher.update(bytes), cipher.final()]).toString('base64')
}

const padded = (bytes: Uint8Array, pad = 32 - (bytes.length % 32)) => Buffer.concat([bytes, Buffer.alloc(pad, pad)])
const uint32 = (value: number) => Buffer.from([value >>> 24, value >>> 16, value >>> 8, value])

describe('openEnvelope', () => {
  for (const vector of vectorsWith('encrypt', 'encodingAesKey', 'appId', 'plaintext', 'random')) {
    const { encrypt, encodingAesKey, plaintext } = vector
    const appId = vector.appId as AppId

    it(`gives the text of ${vector.title}`, () => {
      const bytes = openEnvelope(encrypt, decodeAesKey(encodingAesKey), appId)
      expect(Buffer.from(bytes).toString('utf8')).toBe(plaintext)
    })

    it(`is undone to the letter by sealEnvelope: ${vector.title}`, () => {
      expect(sealEnvelope(plaintext, decodeAesKey(encodingAesKey), appId, Buffer.from(vector.random))).toBe(encrypt)
    })
  }

  const steps = NEGATIVE.filter(({ expectName }) => expectName !== 'ValidateSignatureError')
  for (const vector of steps) {
    it(`rejects as ${vector.expectName}: ${vector.title}`, () => {
      const { encrypt = '', encodingAesKey = '', appId } = vector
      const open = () => openEnvelope(encrypt, decodeAesKey(encodingAesKey), appId as AppId)
      expect(open).toThrow(new RegExp(`^ENVELOPE_REJECTED because=${vector.expectName}`))
    })
  }

  it('rejects another AppID, one letter off, longer, shorter or in capitals', () => {
    for (const other of ['wx0000aaaa1111bbbc', `${APP_ID}c`, APP_ID.slice(0, -1), APP_ID.toUpperCase(), '']) {
      expect(() => opened(sealed, other as AppId)).toThrow(/^ENVELOPE_REJECTED because=ValidateAppidError/)
    }
  })

  it('rejects another key, one letter off', () => {
    const other = decodeAesKey(AES_KEY.replace('0123', '0124'))
    expect(() => openEnvelope(sealed, other, APP_ID)).toThrow(/^ENVELOPE_REJECTED because=/)
  })

  it('rejects nothing at all, half a block and what is no base64', () => {
    for (const bad of ['', 'AAAA', encrypted(Buffer.alloc(32)).slice(0, -4), '!!!!']) {
      expect(() => opened(bad)).toThrow(/^ENVELOPE_REJECTED because=DecryptAESError/)
    }
  })

  it('rejects padding of 0, of 33, longer than the text, and of unequal bytes', () => {
    const whole = Buffer.concat([random, uint32(1), Buffer.from('x'), Buffer.from(APP_ID)])
    const unequal = padded(whole)
    unequal[whole.length] = 0
    const last = (pad: number) => Buffer.concat([Buffer.alloc(31), Buffer.from([pad])])
    for (const bad of [last(0), last(33), Buffer.alloc(16, 17), unequal]) {
      expect(() => opened(encrypted(bad))).toThrow(/^ENVELOPE_REJECTED because=IllegalBuffer/)
    }
  })

  it('rejects an envelope without room for the random bytes and the length', () => {
    for (const length of [0, 16, 19]) {
      const bad = encrypted(padded(Buffer.alloc(length)))
      expect(() => opened(bad)).toThrow(/^ENVELOPE_REJECTED because=IllegalBuffer/)
    }
  })

  it('rejects a length one byte past the end, and reads the length as unsigned', () => {
    const tail = Buffer.from(APP_ID)
    for (const length of [tail.length + 1, 0x80000000, 0xffffffff]) {
      const bad = encrypted(padded(Buffer.concat([random, uint32(length), tail])))
      expect(() => opened(bad)).toThrow(/^ENVELOPE_REJECTED because=IllegalBuffer/)
    }
    const noAppId = encrypted(padded(Buffer.concat([random, uint32(tail.length), tail])))
    expect(() => opened(noAppId)).toThrow(/^ENVELOPE_REJECTED because=ValidateAppidError/)
  })

  it('tolerates ciphertext of 16-byte blocks, as a sender that pads to 16 writes it', () => {
    const whole = Buffer.concat([random, uint32(8), Buffer.from('sixteen!'), Buffer.from(APP_ID)])
    const bytes = padded(whole, 16 - (whole.length % 16))
    expect(bytes.length % 32).toBe(16)
    expect(opened(encrypted(bytes))).toBe('sixteen!')
  })

  it('gives the text back for any text', () => {
    fc.assert(
      fc.property(anyText, fc.uint8Array({ minLength: 16, maxLength: 16 }), (text, bytes) => {
        expect(opened(sealEnvelope(text, key, APP_ID, bytes))).toBe(text)
      }),
    )
  })
})

describe('decodeAesKey', () => {
  it('decodes 43 characters to 32 bytes', () => {
    expect(key.reveal()).toHaveLength(32)
    expect(key.reveal().toString('base64')).toBe('0123456789abcdefghijABCDEFGHIJ0123456789abc=')
  })

  it("decodes WeChat's own sample key, whose last two bits are not zero", () => {
    const sample = decodeAesKey('abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG').reveal()
    expect(sample.toString('base64')).toBe('abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE=')
  })

  it('rejects 42 and 44 characters, a padded key, a blank and a letter outside base64', () => {
    const bad = [AES_KEY.slice(1), `${AES_KEY}d`, `${AES_KEY}=`, `${AES_KEY.slice(1)}\n`, `${AES_KEY.slice(1)}!`, '']
    for (const value of bad) expect(() => decodeAesKey(value)).toThrow(/^ENVELOPE_REJECTED because=IllegalAesKey/)
  })

  it('never prints the key', () => {
    expect([String(key), JSON.stringify(key), inspect({ key })].join()).not.toMatch(/[0-9a-f]{8}|Buffer/)
  })
})
