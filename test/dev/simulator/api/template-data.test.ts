import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Rule } from '../../../../dev/simulator/api/library.ts'
import { DEFAULT_TEMPLATES, type Template, VISITING } from '../../../../dev/simulator/api/template.ts'
import { templateValues } from '../../../../dev/simulator/api/template-data.ts'

const aTemplate = (content: string): Template => ({ priTmplId: 'T', title: 't', content, example: '', type: 2 })

const refusalOf = (template: Template, data: unknown): string | undefined => {
  try {
    templateValues(template, data)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const takes = (rule: Rule, value: unknown): boolean =>
  refusalOf(aTemplate(`x:{{${rule}1.DATA}}\n`), { [`${rule}1`]: { value } }) === undefined

describe('a value', () => {
  test.each<readonly [Rule, readonly string[], readonly string[]]>([
    ['thing', ['茶', '好'.repeat(20), '🍵'.repeat(20), 'a b，1'], ['好'.repeat(21), '🍵'.repeat(21)]],
    ['number', ['0', '3.14', '1'.repeat(32)], ['1'.repeat(33), '-1', '1,000', '3.', '三', '１']],
    ['letter', ['aZ', 'a'.repeat(32)], ['a'.repeat(33), 'a1', 'é', 'a b']],
    ['symbol', ['!', '+-*/¥', '，。'], ['!!!!!!', 'a', '1']],
    ['character_string', ['A-1_2', 'a'.repeat(32), '2025-10-09 16:53'], ['a'.repeat(33), '订单1', '１', 'a\n']],
    [
      'time',
      ['15:01', '2019年10月1日 15:01', '2019-10-01 15:01:22', '15:01~16:00', '2025年10月9日 9:00~2025年10月9日 10:00'],
      [
        '24:00',
        '15:60',
        '15',
        '2019年10月1日',
        '2019年13月1日 15:01',
        '2019年10月32日 15:01',
        '15:01～16:00',
        '1:00~2:00~3:00',
        '2019-10.01 15:01',
        '下午3:01',
      ],
    ],
    [
      'date',
      ['2019年10月1日', '2019-10-01', '2019年10月1日 15:01', '2019年10月1日~2019年10月7日'],
      ['10月1日', '2019年0月1日', '15:01', '2019年10月1日～2019年10月7日', '明天'],
    ],
    [
      'amount',
      ['¥12.50', '12.5元', '$1', '1234567890', '￥100元'],
      ['12345678901', '¥¥1', '-1', '元', '12.5 元', '免费'],
    ],
    ['phone_number', ['+86-0766-66888866', '13800138000', '1'.repeat(17)], ['1'.repeat(18), '电话1', 'a1']],
    ['car_number', ['粤A8Z888挂', '浙A8Z888', '粤'], ['粤A8Z8888挂', '粤A粤888', '浙A·8Z888']],
    [
      'name',
      ['张三', '好'.repeat(10), 'a'.repeat(20), 'Ada Lovelace', '阿·凡提'],
      ['好'.repeat(11), 'a'.repeat(21), `好${'a'.repeat(10)}`, '张三1'],
    ],
    ['phrase', ['配送中', '好好好好好'], ['好好好好好好', 'ok', '配送1', '配 送']],
  ])('of %s', (rule, good, bad) => {
    expect(good.filter((value) => !takes(rule, value))).toEqual([])
    expect(bad.filter((value) => takes(rule, value))).toEqual([])
  })

  test('of a thing is counted in code points', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-composite', minLength: 1, maxLength: 30 }), (value) => {
        fc.pre(value.trim() !== '')
        expect(takes('thing', value)).toBe([...value].length <= 20)
      }),
    )
  })

  test('that is whole in digits is a number up to 32 of them, and an amount up to 10', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{1,40}$/), (value) => {
        expect([takes('number', value), takes('amount', value)]).toEqual([value.length <= 32, value.length <= 10])
      }),
    )
  })

  test('of an enum is one of its list', () => {
    const visiting = DEFAULT_TEMPLATES.find(({ priTmplId }) => priTmplId === VISITING) ?? aTemplate('')
    const data = (value: string) => ({
      name1: { value: '张三' },
      thing2: { value: '内科' },
      enum3: { value },
      time4: { value: '09:00' },
    })
    expect(refusalOf(visiting, data('候诊中'))).toBeUndefined()
    expect(refusalOf(visiting, data('候诊'))).toBe('argument invalid! data.enum3.value invalid')
  })
})

describe('data', () => {
  const template = aTemplate('物:{{thing1.DATA}}\n数:{{number2.DATA}}\n')

  test.each<readonly [string, unknown, string]>([
    ['is no object', 'x', 'data invalid'],
    ['is missing', undefined, 'data invalid'],
    ['has no key of the template', {}, 'data.thing1.value is empty'],
    ['lacks a key', { thing1: { value: '茶' } }, 'data.number2.value is empty'],
    ['has an empty value', { thing1: { value: '' }, number2: { value: '1' } }, 'data.thing1.value is empty'],
    ['has a blank value', { thing1: { value: ' ' }, number2: { value: '1' } }, 'data.thing1.value is empty'],
    ['has a value that is a number', { thing1: { value: '茶' }, number2: { value: 1 } }, 'data.number2.value invalid'],
    [
      'has a key too many',
      { thing1: { value: '茶' }, number2: { value: '1' }, thing3: { value: '茶' } },
      'data.thing3 invalid',
    ],
    ['has a bare value', { thing1: '茶', number2: { value: '1' } }, 'data.thing1.value is empty'],
    ['is wrong twice', { thing1: { value: '好'.repeat(21) }, number2: { value: 'x' } }, 'data.thing1.value invalid'],
  ])('that %s is refused by the first key that is wrong', (_, data, where) => {
    expect(refusalOf(template, data)).toBe(`argument invalid! ${where}`)
  })

  test('gives the values', () => {
    const data = { number2: { value: '1' }, thing1: { value: '茶' } }
    expect(templateValues(template, data)).toEqual({ thing1: '茶', number2: '1' })
  })
})
