import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_TEMPLATES, keysOf, MESSAGED, VISITING } from '../../../dev/simulator/api/template.ts'
import { templateValues } from '../../../dev/simulator/api/template-data.ts'
import { REFUNDED, SHIPPED } from '../../../dev/simulator/samples/subscribe.ts'
import type { TemplateId, UserId } from '../../../shared/kernel/ids.ts'
import { seconds } from '../../../shared/kernel/time.ts'
import { type NoticeFacts, noticeOf } from '../../../shared/reply/notice.ts'
import { momentIn, sendersIn } from '../../../shared/reply/notice-facts.ts'
import { notices, noticesBy } from '../../../shared/reply/notice-table.ts'
import { anyText } from '../../support/arbitraries.ts'

const idOf = (text: string) => text as TemplateId
const sendersOf = (...names: readonly string[]): NoticeFacts['senders'] =>
  names.map((name) => ({ userId: name as UserId, count: 1 }))

/** Half past nine in China. */
const MORNING = seconds(Date.UTC(2026, 10, 21, 1, 30) / 1000)

const someFacts = (changes: Partial<NoticeFacts> = {}): NoticeFacts => ({
  count: 1,
  senders: sendersOf('alice'),
  preview: '您好，在吗？',
  sentAt: MORNING,
  groups: [],
  ...changes,
})

const dataOf = (changes?: Partial<NoticeFacts>) => noticeOf(idOf(MESSAGED), someFacts(changes)).data

describe('a notice of new messages', () => {
  it('tells who wrote what, when, and how many', () => {
    expect(noticeOf(idOf(MESSAGED), someFacts())).toEqual({
      templateId: MESSAGED,
      data: { thing1: 'alice', thing2: '您好，在吗？', time3: '2026年11月21日 09:30', number4: '1' },
      page: 'pages/index/index',
    })
  })

  it('names the count and the senders of fifty messages', () => {
    const data = dataOf({ count: 50, senders: sendersOf('alice', 'bob', 'carol') })
    expect(data).toMatchObject({ thing1: 'alice、bob、carol', thing2: '[50条] 您好，在吗？', number4: '50' })
  })

  it.each([
    [['u'.repeat(32)], `${'u'.repeat(19)}…`],
    [['alice', 'bob', 'caroline-of-norway'], 'alice等3人'],
    [['u'.repeat(32), 'bob'], `${'u'.repeat(16)}…等2人`],
    [Array.from({ length: 1000 }, (_, n) => `user${n}`), 'user0等1000人'],
    [[], '新消息'],
    [['\u200b'], '?'],
    [[''], '?'],
    [['\u200b', 'bob'], '?、bob'],
  ])('of %j says %s', (names, words) => {
    expect(sendersIn(someFacts({ senders: sendersOf(...names) }))).toBe(words)
  })

  it.each([
    [Date.UTC(2026, 0, 1, 15, 59, 59), '2026年1月1日 23:59'],
    [Date.UTC(2026, 11, 31, 16, 0), '2027年1月1日 00:00'],
  ])('is written in China’s time: %d is %s', (at, words) => {
    expect(momentIn(someFacts({ sentAt: seconds(at / 1000) }))).toBe(words)
  })

  it('is one that WeChat takes also from somebody whose UserID shows nothing', () => {
    expect(dataOf({ senders: sendersOf('\u200b') })).toMatchObject({ thing1: '?' })
  })

  it('has words when the message has none that can be seen', () => {
    expect(dataOf({ preview: '\u200b' }).thing2).toBe('新消息')
    expect(dataOf({ preview: '\u0000', count: 2 }).thing2).toBe('[2条] 新消息')
  })

  it('is one that WeChat takes, whoever writes whatever', () => {
    const [template] = DEFAULT_TEMPLATES
    if (template === undefined) throw new Error('the simulated account has no template')
    const names = fc.array(fc.oneof(fc.stringMatching(/^[!-~]{1,32}$/), anyText), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(names, anyText, fc.nat(), fc.nat(4e9), (senders, preview, count, at) => {
        const data = dataOf({ senders: sendersOf(...senders), preview, count: count + 1, sentAt: seconds(at) })
        const wire = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, { value }]))
        expect(templateValues(template, wire)).toEqual(data)
        expect(data.number4).toBe(String(count + 1))
        if (count > 0) expect(data.thing2).toMatch(new RegExp(`^\\[${count + 1}条\\]`))
      }),
    )
  })
})

describe('a template without a function of its own', () => {
  const generic = noticesBy(notices({}))

  it('is filled by the types of its fields', () => {
    const { data, page } = generic(idOf(MESSAGED), someFacts({ count: 3 }))
    expect([data, page]).toEqual([dataOf({ count: 3 }), 'pages/index/index'])
  })

  it.each([
    [SHIPPED, ['character_string1', 'character_string4']],
    [REFUNDED, ['amount1', 'phone_number5']],
    [VISITING, ['enum3']],
  ])('%s: names the fields for which a notice has nothing to say', (id, fields) => {
    const named = fields.map((key) => `${key} \\([^)]+; [^)]+\\)`).join(', ')
    expect(() => generic(idOf(id), someFacts())).toThrow(
      new RegExp(`^TEMPLATE_DATA_INVALID template=${id} fields=${named}: `),
    )
  })
})

describe('notices', () => {
  const words = { thing1: 'a', thing2: 'b', time3: '09:30', number4: '1' }

  it('takes a function for each template, and what it returns is fitted', () => {
    const table = notices({ [MESSAGED]: () => ({ data: { ...words, thing1: '好'.repeat(30) }, page: 'pages/a' }) })
    const message = { templateId: MESSAGED, data: { ...words, thing1: `${'好'.repeat(19)}…` }, page: 'pages/a' }
    expect(noticesBy(table)(idOf(MESSAGED), someFacts())).toEqual(message)
  })

  it('does not compile with a field that is missing, misspelt, too many or no text', () => {
    // @ts-expect-error number4 is missing
    const missing = notices({ [MESSAGED]: () => ({ data: { thing1: 'a', thing2: 'b', time3: '09:30' } }) })
    const misspelt = notices({
      // @ts-expect-error thing5 is not a field of it
      [MESSAGED]: () => ({ data: { thing1: 'a', thing5: 'b', time3: '09:30', number4: '1' } }),
    })
    const tooMany = notices({
      // @ts-expect-error thing5 is not a field of it
      [MESSAGED]: () => ({ data: { thing1: 'a', thing2: 'b', time3: '09:30', number4: '1', thing5: 'c' } }),
    })
    // @ts-expect-error a number is no text
    const noText = notices({ [MESSAGED]: ({ count }) => ({ data: { ...words, number4: count } }) })
    // @ts-expect-error there is no such template
    const noTemplate = notices({ TMPL_A: () => ({ data: words }) })
    for (const table of [missing, misspelt, tooMany, noText])
      expect(() => noticesBy(table)(idOf(MESSAGED), someFacts())).toThrow(/^TEMPLATE_DATA_INVALID/)
    expect(() => noticesBy(noTemplate)(idOf('TMPL_A'), someFacts())).toThrow(/^TEMPLATE_UNKNOWN template=TMPL_A/)
  })
})

it('the simulated account’s first template is the one that notices use', () => {
  expect(DEFAULT_TEMPLATES[0] && keysOf(DEFAULT_TEMPLATES[0])).toEqual(['thing1', 'thing2', 'time3', 'number4'])
})
