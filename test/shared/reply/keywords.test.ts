import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matcherOf, spoken } from '../../../shared/reply/keywords.ts'
import { anyText } from '../../support/arbitraries.ts'

const matching = (...whens: ReadonlyArray<string | RegExp>) => {
  const find = matcherOf(whens.map((when, index) => ({ when, reply: String(index) })))
  return (content: string) => find(content)?.reply
}

describe('matcherOf', () => {
  it.each(['help', 'HELP', ' help\r\n', '　help　', 'ｈｅｌｐ', 'ＨＥＬＰ！！', 'help。', 'help？?', 'Help …'])(
    'takes %j for help',
    (content) => {
      expect(matching('Help!')(content)).toBe('0')
    },
  )

  it.each(['', 'helps', 'hel', 'h elp', '!help', 'help me', '帮助'])('does not take %j for help', (content) => {
    expect(matching('help')(content)).toBeUndefined()
  })

  it('knows a lone mark from nothing', () => {
    expect(matching('?')('？？')).toBe('0')
    expect(matching('?')('')).toBeUndefined()
  })

  it('takes the first rule that fits, words and patterns alike', () => {
    expect(matching(/^人/, '人工')('人工')).toBe('0')
    expect(matching('人工', /^人/)('人工')).toBe('0')
    expect(matching('人工', /^人/)('人们')).toBe('1')
  })

  it('takes a pattern as it is written: width, case and marks count, blanks around the text do not', () => {
    expect(matching(/^查询：\d+$/)('　查询：12\n')).toBe('0')
    expect(matching(/^查询:\d+$/)('查询：12')).toBeUndefined()
    expect(matching(/^help$/)('HELP')).toBeUndefined()
  })

  it('shows a pattern 2,000 characters and no more', () => {
    expect(matching(/b/)(`${'a'.repeat(1999)}b`)).toBe('0')
    expect(matching(/b/)(`${'a'.repeat(2000)}b`)).toBeUndefined()
  })

  it('takes a word in whatever width, case and company it comes', () => {
    const wide = (word: string) =>
      word.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0))
    const word = fc.stringMatching(/^[A-Za-z0-9人工客服]{1,20}$/)
    const around = fc.stringMatching(/^[ \u3000\n]{0,5}$/)
    const behind = fc.stringMatching(/^[。！!？?. ]{0,5}$/)
    fc.assert(
      fc.property(word, around, behind, (keyword, before, after) => {
        for (const form of [keyword, wide(keyword), keyword.toUpperCase()]) {
          expect(matching(keyword)(before + form + after)).toBe('0')
        }
      }),
    )
  })

  it('reads whatever a person can type, and a keyword finds itself', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(matching(text)(text)).toBe('0')
        expect(spoken(text).length).toBeLessThanOrEqual(2000 * 18)
      }),
    )
  })
})
