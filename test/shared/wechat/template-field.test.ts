import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Rule } from '../../../dev/simulator/api/library.ts'
import type { Template } from '../../../dev/simulator/api/template.ts'
import { templateValues } from '../../../dev/simulator/api/template-data.ts'
import { fitted, prefixOf, problemOf } from '../../../shared/wechat/template-field.ts'
import { anyText } from '../../support/arbitraries.ts'

const VALUES = ['候诊中', '已完成']
const SHORTENED = ['thing', 'letter', 'symbol', 'character_string', 'name', 'phrase'] as const
const RULES: readonly Rule[] = [...SHORTENED, 'number', 'time', 'date', 'amount', 'phone_number', 'car_number', 'enum']

/** Whether the simulated WeChat, which has rules of its own, takes the value. */
function isTaken(rule: Rule, value: string): boolean {
  const template: Template = {
    priTmplId: 'T',
    title: 't',
    content: `x:{{${rule}1.DATA}}\n`,
    example: '',
    type: 2,
    keywordEnumValueList: [{ keywordCode: 'enum1', enumValueList: VALUES }],
  }
  try {
    templateValues(template, { [`${rule}1`]: { value } })
    return true
  } catch {
    return false
  }
}

const takes = (rule: string, value: string): boolean => problemOf(`${rule}1`, value, VALUES) === undefined

/** Values that come near to what a rule takes, and beyond. */
const NEAR: fc.Arbitrary<string> = fc.oneof(
  anyText,
  fc.stringMatching(/^[¥$]?\d{0,12}(?:\.\d{0,3})?元?$/),
  fc.stringMatching(/^20\d\d年1?\d月[0-3]?\d日(?: [012]\d:[0-6]\d)?$/),
  fc.stringMatching(/^20\d\d[/-][01]?\d[/-][0-3]?\d(?: [012]\d:[0-6]\d)?$/),
  fc.stringMatching(/^[012]?\d:[0-6]\d(?:~[012]?\d:[0-6]\d)?$/),
  fc.stringMatching(/^[浙粤A-Z0-9]{1,10}$/),
  fc.stringMatching(/^[A-Za-z -]{1,40}$/),
  fc.stringMatching(/^[!-~]{1,40}$/),
  fc.stringMatching(/^[好的张三，。…]{1,24}$/),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  fc.constantFrom(...VALUES),
)

describe('problemOf', () => {
  it.each<readonly [Rule, readonly string[], readonly string[]]>([
    [
      'thing',
      ['茶', '好'.repeat(20), '🍵'.repeat(10)],
      ['', ' ', '\u200b', '好'.repeat(21), '🍵'.repeat(11), 'a\nb', ' 茶'],
    ],
    ['number', ['0', '3.14', '1'.repeat(32)], ['1'.repeat(33), '-1', '1,000', '3.', '三', '１']],
    ['letter', ['aZ', 'a'.repeat(32)], ['a'.repeat(33), 'a1', 'é']],
    ['symbol', ['!', '+-*/¥'], ['!!!!!!', 'a', '1']],
    ['character_string', ['A-1_2', 'a'.repeat(32)], ['a'.repeat(33), '订单1', '１']],
    [
      'time',
      ['15:01', '9:00~10:00', '2019年10月1日 15:01', '2024-02-29 09:30:00'],
      ['24:00', '2019年10月1日', '2019年2月29日 15:01', '15:01～16:00', '下午3:01', '1:00~2:00~3:00'],
    ],
    [
      'date',
      ['2019年10月1日', '2019/10/1', '2019年10月1日 15:01', '2019-10-01~2019-10-07'],
      ['10月1日', '2019年13月1日', '2019年4月31日', '2019-10/01', '15:01', '明天'],
    ],
    ['amount', ['¥12.50', '12.5元', '1234567890', '￥100元'], ['12345678901', '¥¥1', '-1', '元', '免费']],
    ['phone_number', ['+86-0766-66888866', '13800138000'], ['1'.repeat(18), '电话1', '---']],
    ['car_number', ['粤A8Z888挂', '浙A8Z888', '粤'], ['粤A8Z8888挂', '粤A粤888', '浙A·8Z888']],
    [
      'name',
      ['张三', '好'.repeat(10), 'a'.repeat(20), '阿·凡提'],
      ['好'.repeat(11), 'a'.repeat(21), `好${'a'.repeat(10)}`, '张三1'],
    ],
    ['phrase', ['配送中', '好好好好好'], ['好好好好好好', 'ok', '配 送']],
    ['enum', VALUES, ['候诊', '候诊中 ']],
  ])('of %s: none with what it takes, one with what it does not', (rule, good, bad) => {
    expect(good.filter((value) => !takes(rule, value))).toEqual([])
    expect(bad.filter((value) => takes(rule, value))).toEqual([])
  })

  it('tells rule and length, and not the value', () => {
    expect(problemOf('amount4', '免费的茶')).toEqual({
      rule: expect.stringContaining('10 digits'),
      zh: expect.stringContaining('10 位数字'),
      length: 4,
    })
  })

  it('takes any text for a rule that WeChat has not told us', () => {
    expect([takes('weather', '晴'), takes('toString', '晴'), takes('weather', '')]).toEqual([true, true, false])
  })
})

describe('fitted', () => {
  it.each([
    ['thing', '好'.repeat(21), `${'好'.repeat(19)}…`],
    ['thing', '好'.repeat(20), '好'.repeat(20)],
    ['thing', '🍵'.repeat(11), `${'🍵'.repeat(9)}…`],
    ['thing', `${'a'.repeat(16)}👩‍👩‍👧bc`, `${'a'.repeat(16)}…`],
    ['thing', `${'a'.repeat(18)}e\u0301bc`, `${'a'.repeat(18)}…`],
    ['thing', `e${'\u0301'.repeat(30)}`, `e${'\u0301'.repeat(18)}…`],
    ['thing', ' 一\r\n二\t三\u0000四\u202e ', '一 二 三 四'],
    ['thing', '茶\ud83c', '茶\ufffd'],
    ['name', 'Ada Lovelace of London', 'Ada Lovelace of Lon…'],
    ['name', '好'.repeat(11), `${'好'.repeat(9)}…`],
    ['phrase', '正在配送途中', '正在配送途'],
    ['letter', 'a'.repeat(33), 'a'.repeat(32)],
    ['character_string', 'A'.repeat(33), 'A'.repeat(32)],
    ['symbol', '++++++', '+++++'],
    ['number', '1'.repeat(33), '1'.repeat(33)],
    ['amount', ' 12元\n', '12元'],
  ])('of %s, %j is %j', (rule, value, expected) => {
    expect(fitted(`${rule}1`, value)).toBe(expected)
  })

  it('is as good as it gets: fitted again it is the same', () => {
    fc.assert(
      fc.property(fc.constantFrom(...RULES), NEAR, (rule, value) => {
        expect(fitted(rule, fitted(rule, value))).toBe(fitted(rule, value))
      }),
    )
  })

  it.each(RULES)('of %s: what has no problem then is taken by WeChat', (rule) => {
    let taken = 0
    fc.assert(
      fc.property(NEAR, (value) => {
        const good = fitted(`${rule}1`, value)
        if (!takes(rule, good)) return
        taken += 1
        expect(isTaken(rule, good)).toBe(true)
      }),
      { numRuns: 500 },
    )
    expect(taken).toBeGreaterThan(0)
  })

  it('makes of any text that can be seen a thing that WeChat takes', () => {
    fc.assert(
      fc.property(fc.oneof(NEAR, fc.string({ unit: 'binary', maxLength: 60 })), (value) => {
        const good = fitted('thing1', value)
        expect(takes('thing', good)).toBe(/[^\p{Cc}\p{Cf}\p{Z}]/u.test(good))
        expect(good).not.toMatch(/\p{Surrogate}/u)
      }),
    )
  })

  it('cuts between letters as people see them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 21, maxLength: 40 }), (value) => {
        fc.pre(value === fitted('unknown', value))
        const kept = fitted('thing1', value).slice(0, -1)
        const letters = Array.from(new Intl.Segmenter().segment(value), ({ index }) => index)
        // Unless a single letter is longer than all the room.
        fc.pre((letters[1] ?? 0) < 20)
        expect(letters.map((index) => value.slice(0, index).trimEnd())).toContain(kept)
      }),
    )
  })
})

it('prefixOf leaves the number out', () => {
  expect(['thing1', 'phone_number12', 'character_string'].map(prefixOf)).toEqual([
    'thing',
    'phone_number',
    'character_string',
  ])
})
