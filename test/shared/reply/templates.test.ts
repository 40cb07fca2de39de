import { readFileSync } from 'node:fs'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { TEMPLATES_FILE, templatesText } from '../../../dev/cli/templates-file.ts'
import { DEFAULT_TEMPLATES, MESSAGED, VISITING } from '../../../dev/simulator/api/template.ts'
import { Fault } from '../../../shared/kernel/fault.ts'
import { checkedData, type DataOf, firstTemplate, templateOf } from '../../../shared/reply/templates.ts'
import { templatesOf } from '../../../shared/wechat/api-answers.ts'
import { readWire } from '../../../shared/wechat/wire.ts'

const DATA = { thing1: '小张', thing2: '您的订单今天发出', time3: '2025年10月9日 16:53', number4: '3' }
const VISIT = { name1: '张三', thing2: '内科', enum3: '候诊中', time4: '09:00~10:00' }

function faultOf(id: string, data: unknown): Fault {
  try {
    checkedData(id, data)
  } catch (fault) {
    if (fault instanceof Fault) return fault
  }
  throw new Error('it was taken')
}

describe('templates.json', () => {
  // Whoever has pulled the templates of another account has other ones.
  it.skipIf(templateOf(MESSAGED) === undefined)('is what wx templates pull writes of the simulated account', () => {
    const account = templatesOf(readWire(JSON.stringify({ data: DEFAULT_TEMPLATES })).fields)
    expect(readFileSync(TEMPLATES_FILE, 'utf8')).toBe(templatesText(account))
  })

  it('tells the compiler the fields of each template', () => {
    expectTypeOf<keyof DataOf<typeof MESSAGED>>().toEqualTypeOf<'thing1' | 'thing2' | 'time3' | 'number4'>()
  })

  it('is known by id: the first, any other, and none that it has not', () => {
    expect(firstTemplate()).toBe(MESSAGED)
    expect([templateOf(MESSAGED)?.type, templateOf(VISITING)?.type]).toEqual(['once', 'long-term'])
    expect(templateOf(VISITING)?.enums).toEqual({ enum3: ['已预约', '候诊中', '就诊中', '已完成'] })
    for (const id of ['TMPL_A', 'toString', '__proto__', '']) expect(templateOf(id)).toBeUndefined()
  })
})

describe('checkedData', () => {
  it('lets through what WeChat takes, as it is', () => {
    expect(checkedData(MESSAGED, DATA)).toEqual(DATA)
    expect(checkedData(VISITING, VISIT)).toEqual(VISIT)
  })

  it('cuts where a part is better than nothing', () => {
    expect(checkedData(MESSAGED, { ...DATA, thing2: `${'好'.repeat(12)}\n${'的'.repeat(12)}` })).toEqual({
      ...DATA,
      thing2: `${'好'.repeat(12)} ${'的'.repeat(6)}…`,
    })
  })

  it('names every field that is wrong, its rule and the length, in two languages and one line, and no value', () => {
    const secret = '13800138000'
    const { code, facts, message } = faultOf(MESSAGED, {
      thing1: ' ',
      thing2: 42,
      number4: `${secret}个`,
      [`thing9\n${secret}`]: secret,
      thing5: secret,
    })
    expect([code, facts.template]).toEqual(['TEMPLATE_DATA_INVALID', MESSAGED])
    expect(String(facts.fields).split('), ')).toEqual([
      'thing1 (at most 20 characters, this has 0; 最多 20 个字符，当前长度 0',
      'thing2 (a text in quotes; 须为字符串',
      'time3 (missing; 缺少',
      expect.stringMatching(/^number4 \(digits, at most 32.*, this has 12; 最多 32 位数字.*，当前长度 12$/),
      '? (not a key of the template; 模板没有该字段',
      'thing5 (not a key of the template; 模板没有该字段)',
    ])
    expect(message).not.toMatch(/\n|1380/)
  })

  it.each([undefined, null, 'x', [DATA], 1])('takes no data that is %j', (data) => {
    expect(() => checkedData(MESSAGED, data)).toThrow(/^TEMPLATE_DATA_INVALID .* fields=data \(an object .*; 须为/)
  })

  it.each([
    ['an enum that is not in the list', VISITING, { ...VISIT, enum3: '候诊' }, /enum3 \(one of the values/],
    ['a value as WeChat gets it', MESSAGED, { ...DATA, thing1: { value: '小张' } }, /thing1 \(a text in quotes/],
    ['a key that only the prototype has', VISITING, Object.create(VISIT), /name1 \(missing/],
  ])('does not take %s', (_, id, data, named) => {
    expect(faultOf(id, data).message).toMatch(named)
  })

  it('counts the keys that a template does not have when there are many', () => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`thing${n}`, 'x']))
    const { message } = faultOf(MESSAGED, { ...many, ...DATA })
    expect(message).toContain('9993 more 另有 9993 个')
    expect(message.length).toBeLessThan(800)
  })

  it('does not know a template that is not in the file, nor repeats what is no id', () => {
    expect(() => checkedData('TMPL_A', DATA)).toThrow(/^TEMPLATE_UNKNOWN template=TMPL_A: .*templates pull/)
    expect(() => checkedData('13800138000\n', DATA)).toThrow(/^TEMPLATE_UNKNOWN template=\?: /)
  })
})
