import { describe, expect, it } from 'vitest'
import { decodeUtf8, equalDigests, sha1, sha256 } from '../../../shared/kernel/bytes.ts'

describe('sha1 and sha256', () => {
  it('give the digests of FIPS 180 in small hex', () => {
    expect(sha1('abc')).toBe('a9993e364706816aba3e25717850c26c9cd0d89d')
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })

  it('hash the bytes of UTF-8', () => {
    expect(sha1('你好')).toBe('440ee0853ad1e99f962b63e459ef992d7c211722')
  })
})

describe('equalDigests', () => {
  const digest = sha1('abc')

  it('holds for the same digits', () => {
    expect(equalDigests(digest, sha1('abc'))).toBe(true)
  })

  it('fails for one digit changed, first or last, for another length and for nothing', () => {
    for (const other of [`b${digest.slice(1)}`, `${digest.slice(0, -1)}e`, digest.slice(1), `${digest}0`, '']) {
      expect(equalDigests(digest, other)).toBe(false)
      expect(equalDigests(other, digest)).toBe(false)
    }
  })
})

describe('decodeUtf8', () => {
  it('gives the text of the bytes, without a leading byte-order mark', () => {
    expect(decodeUtf8(Buffer.from('你好👋🏽'))).toBe('你好👋🏽')
    expect(decodeUtf8(Buffer.from('\ufeff{}'))).toBe('{}')
    expect(decodeUtf8(Buffer.from('{\ufeff}'))).toBe('{\ufeff}')
  })

  it('refuses a stray byte, a cut character, a surrogate and an overlong slash', () => {
    const bad = [[0xff], [0xe4, 0xbd], [0xed, 0xa0, 0x80], [0xc0, 0xaf]]
    for (const bytes of bad) expect(() => decodeUtf8(Uint8Array.from(bytes))).toThrow(TypeError)
  })
})
