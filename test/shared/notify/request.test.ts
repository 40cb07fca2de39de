import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fault } from '../../../shared/kernel/fault.ts'
import { readRequest } from '../../../shared/notify/request.ts'
import { SHIPPED, SHIPPED_DATA } from '../../support/ordering.ts'

const asked = (changes: Readonly<Record<string, unknown>> = {}) => ({
  to: 'oTEST_AAAAAAAAAAAAAAAAAAAAAA',
  template: SHIPPED,
  data: SHIPPED_DATA,
  ...changes,
})

describe('readRequest', () => {
  it('reads what is needed', () => {
    expect(readRequest(asked())).toEqual({
      to: 'oTEST_AAAAAAAAAAAAAAAAAAAAAA',
      message: { templateId: SHIPPED, data: SHIPPED_DATA },
    })
  })

  it('reads all that there is', () => {
    const more = { page: 'pages/order?id=42', lang: 'en_US', state: 'trial', idempotencyKey: 'order-42' }
    const { to, message, idempotencyKey } = readRequest(asked({ ...more, to: 'u_1' }))
    expect([to, idempotencyKey]).toEqual(['u_1', 'order-42'])
    expect(message).toMatchObject({ page: 'pages/order?id=42', lang: 'en_US', state: 'trial' })
  })

  it('takes null for what is not said', () => {
    expect(readRequest(asked({ page: null, lang: null, state: null, idempotencyKey: null }))).toEqual(
      readRequest(asked()),
    )
  })

  it.each<[string, unknown]>([
    ['a text', 'x'],
    ['null', null],
    ['a list', [asked()]],
    ['no person', asked({ to: undefined })],
    ['a number for a person', asked({ to: 1 })],
    ['an empty person', asked({ to: '' })],
    ['a person with a line break', asked({ to: 'a\nb' })],
    ['a person of 129 letters', asked({ to: 'a'.repeat(129) })],
    ['no template', asked({ template: undefined })],
    ['a template with a space', asked({ template: 'a b' })],
    ['an empty page', asked({ page: '' })],
    ['a page with a space', asked({ page: 'pages/a b' })],
    ['a page of 1025 letters', asked({ page: 'a'.repeat(1025) })],
    ['another language', asked({ lang: 'de_DE' })],
    ['part of a language', asked({ lang: 'zh' })],
    ['another state', asked({ state: 'develop' })],
    ['an empty key', asked({ idempotencyKey: '' })],
    ['a key of 257 letters', asked({ idempotencyKey: 'k'.repeat(257) })],
    ['a key that is a number', asked({ idempotencyKey: 42 })],
    ['a member that is misspelt', asked({ idempotenceKey: 'x' })],
  ])('refuses %s', (_, given) => {
    expect(() => readRequest(given)).toThrow(/^REQUEST_INVALID/)
  })

  it('refuses a template that the account does not have', () => {
    expect(() => readRequest(asked({ template: 'mB2cV7' }))).toThrow(/^TEMPLATE_UNKNOWN/)
  })

  it.each<[string, unknown]>([
    ['are missing', undefined],
    ['lack a field', { ...SHIPPED_DATA, thing2: undefined }],
    ['have one too many', { ...SHIPPED_DATA, thing9: 'x' }],
    ['break a rule', { ...SHIPPED_DATA, character_string1: '订单' }],
  ])('refuses data that %s', (_, data) => {
    expect(() => readRequest(asked({ data }))).toThrow(/^TEMPLATE_DATA_INVALID/)
  })

  it('quotes neither the person nor what the data say', () => {
    const given = asked({ to: '13800138000\n', data: { ...SHIPPED_DATA, character_string1: '张三的订单' } })
    for (const changes of [given, { ...given, to: 'u_1' }]) {
      expect(() => readRequest(changes)).toThrow(/^(?!.*(?:13800138000|张三)).*INVALID/s)
    }
  })

  it('makes of anything a request or a Fault', () => {
    const members = { to: fc.anything(), template: fc.constant(SHIPPED), data: fc.anything(), page: fc.anything() }
    const anything = fc.oneof(fc.anything(), fc.record(members))
    fc.assert(
      fc.property(anything, (given) => {
        try {
          expect(readRequest(given).message.templateId).toBe(SHIPPED)
        } catch (cause) {
          expect(cause).toBeInstanceOf(Fault)
        }
      }),
    )
  })
})
