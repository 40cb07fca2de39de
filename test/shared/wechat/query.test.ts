import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { need, readQuery } from '../../../shared/wechat/query.ts'
import { withQuery } from '../../support/build.ts'

const SIGNATURE = '6c5c811b55cc85e0e1b54100749188c20beb3f5d'
const query = `signature=${SIGNATURE}&timestamp=1714112445&nonce=415670741`

describe('readQuery', () => {
  it('reads what WeChat sends, in any order and beside anything else', () => {
    const read = readQuery(`openid=o9AgO5Kd&nonce=415670741&encrypt_type=aes&${query.replace('&nonce=415670741', '')}`)
    expect(read).toMatchObject({ signature: SIGNATURE, timestamp: '1714112445', nonce: '415670741' })
    expect(read.msgSignature).toBeUndefined()
    expect(read.echostr).toBeUndefined()
  })

  it('keeps the digits of the timestamp, leading zeros too: they are what is signed', () => {
    expect(readQuery('timestamp=0017&nonce=007')).toMatchObject({ timestamp: '0017', nonce: '007' })
  })

  it('reads an echostr of 1 to 128 printable characters', () => {
    expect(readQuery(`${query}&echostr=4375120948345356249`).echostr).toBe('4375120948345356249')
    expect(readQuery(`${query}&echostr=${'x'.repeat(128)}`).echostr).toHaveLength(128)
  })

  const refused: readonly (readonly [string, string | undefined, string])[] = [
    ['timestamp', undefined, 'absent'],
    ['timestamp', '', 'empty'],
    ['timestamp', '17141124450', 'of eleven digits'],
    ['timestamp', '-1', 'below zero'],
    ['timestamp', '1714112445.0', 'with a point'],
    ['timestamp', '1e9', 'with an exponent'],
    ['timestamp', '１７１４１１２４４５', 'in full-width digits'],
    ['timestamp', '1714112445\n', 'with a newline'],
    ['nonce', undefined, 'absent'],
    ['nonce', '', 'empty'],
    ['nonce', '4156 70741', 'with a blank'],
    ['nonce', '1'.repeat(129), 'of 129 characters'],
    ['nonce', '你好', 'outside ASCII'],
    ['signature', SIGNATURE.slice(1), 'of 39 digits'],
    ['signature', `${SIGNATURE}0`, 'of 41 digits'],
    ['signature', SIGNATURE.toUpperCase(), 'in capitals'],
    ['signature', SIGNATURE.replace('6', 'g'), 'with a letter past f'],
    ['signature', '', 'empty'],
    ['msg_signature', SIGNATURE.toUpperCase(), 'in capitals'],
    ['echostr', '', 'empty'],
    ['echostr', 'x'.repeat(129), 'of 129 characters'],
    ['echostr', '<b>\n</b>', 'with a newline'],
    ['echostr', '\ufeff1', 'with a byte-order mark'],
  ]
  for (const [name, value, what] of refused) {
    it(`refuses ${name} ${what}`, () => {
      const bad = withQuery(query, { [name]: value })
      expect(() => readQuery(bad)).toThrow(new RegExp(`^QUERY_INCOMPLETE parameter=${name}:`))
    })
  }

  it('refuses a name that stands there twice, alike or not, encoded or not, known or not', () => {
    const twice = ['timestamp=1714112445', `signature=${SIGNATURE}`, '%6eonce=1', 'nonce', 'a=1&a=1', 'openid=&openid=']
    for (const more of twice) expect(() => readQuery(`${query}&${more}`)).toThrow(/^QUERY_REPEATED:/)
  })

  it('tells names apart by case and by brackets: they are other names', () => {
    expect(readQuery(`${query}&Timestamp=1&timestamp[]=2`).timestamp).toBe('1714112445')
  })

  it('gives members or a Fault for any text', () => {
    const anyQuery = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.webQueryParameters(),
      fc.string().map((s) => `${query}&${s}`),
    )
    fc.assert(
      fc.property(anyQuery, (text) => {
        try {
          expect(readQuery(text).timestamp).toMatch(/^\d{1,10}$/)
        } catch (cause) {
          expect(cause).toMatchObject({ name: 'Fault', status: 401 })
        }
      }),
    )
  })
})

describe('need', () => {
  it('gives what is there and names what is not', () => {
    expect(need('echostr', '')).toBe('')
    expect(() => need('echostr', undefined)).toThrow(/^QUERY_INCOMPLETE parameter=echostr:/)
  })
})
