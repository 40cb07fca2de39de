import { describe, expect, it } from 'vitest'
import { Secret } from '../../../shared/kernel/secret.ts'
import { findToken, signatureOf } from '../../../shared/wechat/signature.ts'
import { NEGATIVE, vectorsWith } from '../../support/vectors.ts'

const token = new Secret('AAAAA')
const timestamp = '1714112445'
const nonce = '415670741'

describe('signatureOf', () => {
  for (const vector of vectorsWith('signature', 'timestamp', 'nonce')) {
    it(`signs timestamp and nonce: ${vector.title}`, () => {
      const { token, timestamp, nonce, signature } = vector
      expect(signatureOf(new Secret(token), { timestamp, nonce })).toBe(signature)
    })
  }

  for (const vector of vectorsWith('msgSignature', 'encrypt', 'timestamp', 'nonce')) {
    it(`signs Encrypt as well: ${vector.title}`, () => {
      const { token, timestamp, nonce, encrypt, msgSignature } = vector
      expect(signatureOf(new Secret(token), { timestamp, nonce, encrypt })).toBe(msgSignature)
    })
  }

  it('sorts by byte: 1714112445 before 415670741, capitals before small letters', () => {
    expect(signatureOf(token, { timestamp, nonce })).toBe('6c5c811b55cc85e0e1b54100749188c20beb3f5d')
    const sha1Of1Bab = 'b57f4cecc7179eb5aac7ea10fac44a59476189e0'
    expect(signatureOf(new Secret('b'), { timestamp: '1', nonce: 'B', encrypt: 'a' })).toBe(sha1Of1Bab)
  })

  it('takes an empty Encrypt for a part and an absent one for none: with both, nothing changes', () => {
    expect(signatureOf(token, { timestamp, nonce, encrypt: '' })).toBe(signatureOf(token, { timestamp, nonce }))
  })
})

describe('findToken', () => {
  const signature = signatureOf(token, { timestamp, nonce })

  it('finds the one token of several that signed', () => {
    const old = new Secret('AAAAB')
    expect(findToken([old, token], { timestamp, nonce }, signature)).toBe(token)
    expect(findToken([token, old], { timestamp, nonce }, signature)).toBe(token)
  })

  it('finds none when one digit of the signature differs', () => {
    expect(findToken([token], { timestamp, nonce }, `${signature.slice(0, -1)}e`)).toBeUndefined()
  })

  it('finds none for a signature cut short, lengthened, in capitals or empty', () => {
    for (const bad of [signature.slice(1), `${signature}0`, signature.toUpperCase(), '']) {
      expect(findToken([token], { timestamp, nonce }, bad)).toBeUndefined()
    }
  })

  it('finds none among no tokens', () => {
    expect(findToken([], { timestamp, nonce }, signature)).toBeUndefined()
  })

  for (const vector of NEGATIVE.filter(({ expectName }) => expectName === 'ValidateSignatureError')) {
    it(`finds none: ${vector.title}`, () => {
      const { timestamp = '', nonce = '', encrypt = '', msgSignature = '' } = vector
      expect(findToken([new Secret(vector.token)], { timestamp, nonce, encrypt }, msgSignature)).toBeUndefined()
    })
  }
})
