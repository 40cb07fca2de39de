import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textParts } from '../../../shared/wechat/text-parts.ts'
import { anyText } from '../../support/arbitraries.ts'

const sizes = (text: string) => textParts(text).map((part) => Buffer.byteLength(part))
const LINK = '<a href="https://example.org" data-miniprogram-appid="wx0000aaaa1111bbbb">查看\n订单</a>'
const FAMILY = '👨‍👩‍👧‍👦'

const pieces = fc.constantFrom('你好', 'word ', '\n', '。', FAMILY, '👋🏽', 'é', '\ud83d', LINK, '<a ', '</a>', '<a >')
const longText = fc
  .array(
    fc.oneof(
      pieces,
      anyText,
      fc.tuple(pieces, fc.nat(1200)).map(([text, times]) => text.repeat(times)),
    ),
  )
  .map((texts) => texts.join(''))

describe('textParts', () => {
  it('is nothing for nothing and one part for what fits', () => {
    expect(textParts('')).toEqual([])
    expect(textParts('你好')).toEqual(['你好'])
    expect(sizes('x'.repeat(2048))).toEqual([2048])
    expect(sizes('x'.repeat(2049))).toEqual([2048, 1])
  })

  it('counts bytes of UTF-8, not letters', () => {
    expect(sizes('好'.repeat(700))).toEqual([2046, 54])
  })

  it('cuts at the end of a line before the end of a word, when one is near', () => {
    const line = `${'x'.repeat(1700)}\n`
    expect(textParts(`${line}${'word '.repeat(100)}`)[0]).toBe(line)
    expect(textParts('word '.repeat(500))[0]).toBe('word '.repeat(409))
    expect(textParts(`${'好'.repeat(600)}。${'好'.repeat(200)}`)[0]).toBe(`${'好'.repeat(600)}。`)
  })

  it('does not go far back for an end', () => {
    expect(sizes(`word ${'x'.repeat(3000)}`)).toEqual([2048, 957])
  })

  it('keeps an emoji of several people whole', () => {
    const parts = textParts(`x${FAMILY.repeat(200)}`)
    expect(parts.length).toBeGreaterThan(1)
    for (const part of parts) expect(part).toMatch(new RegExp(`^x?(${FAMILY})+$`))
  })

  it('keeps a link whole, the line end in it included', () => {
    const parts = textParts(`${'x'.repeat(2040)}${LINK}${'y'.repeat(2040)}`)
    expect(parts).toEqual(['x'.repeat(2040), expect.stringMatching(`^${LINK}`), expect.stringMatching(/^y+$/)])
  })

  it('cuts a link that alone is too long, and a letter of a thousand accents', () => {
    expect(sizes(`<a href="x">${'x'.repeat(2100)}</a>`)).toEqual([2048, 68])
    expect(sizes(`e${'\u0301'.repeat(1500)}`)).toEqual([2047, 954])
  })

  it('finds the letters of a long line as it finds those of a short one', () => {
    const flags = `x${'🇨🇳'.repeat(1500)}`
    const parts = textParts(flags)
    expect(parts.join('')).toBe(flags)
    for (const part of parts) expect(part).toMatch(/^x?(🇨🇳)+$/)
    const accents = `e${'\u{1d165}'.repeat(3000)}`
    expect(textParts(accents).join('')).toBe(accents)
  })

  it('gives parts that are the text again, none empty or too long, and none cut through a pair', () => {
    fc.assert(
      fc.property(longText, (text) => {
        const parts = textParts(text)
        expect(parts.join('')).toBe(text)
        for (const [index, part] of parts.entries()) {
          expect(part).not.toBe('')
          expect(Buffer.byteLength(part)).toBeLessThanOrEqual(2048)
          const seam = part.slice(-1) + (parts[index + 1]?.[0] ?? '')
          expect(seam).not.toMatch(/^[\ud800-\udbff][\udc00-\udfff]$/)
        }
      }),
    )
  })
})
