import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compilePattern } from '../../../dev/emulator/filter-pattern.ts'

const EVENT = {
  eventName: 'MODIFY',
  dynamodb: {
    SizeBytes: 26,
    NewImage: { state: { S: 'ready' }, count: { N: '5' }, tags: { SS: ['red', 'blue'] }, none: { NULL: true } },
  },
  empty: '',
  nothing: null,
}
const newImage = (attribute: object) => ({ dynamodb: { NewImage: attribute } })
const state = (...rules: readonly unknown[]) => newImage({ state: { S: rules } })
const missing = (...rules: readonly unknown[]) => newImage({ missing: { S: rules } })

describe('compilePattern', () => {
  test.each<[string, unknown]>([
    ['an exact value', state('ready')],
    ['one of several values', { eventName: ['INSERT', 'MODIFY'] }],
    ['all of several fields', { eventName: ['MODIFY'], ...state('ready') }],
    ['a truth', newImage({ none: { NULL: [true] } })],
    ['the empty text', { empty: [''] }],
    ['null', { nothing: [null] }],
    ['a number', { dynamodb: { SizeBytes: [26] } }],
    ['a member of a list', newImage({ tags: { SS: ['blue'] } })],
    ['a prefix', state({ prefix: 're' })],
    ['a suffix', state({ suffix: 'dy' })],
    ['another case', state({ 'equals-ignore-case': 'READY' })],
    ['anything but a value', state({ 'anything-but': 'done' })],
    ['anything but some values', state({ 'anything-but': ['done', 'failed'] })],
    ['anything but a prefix', state({ 'anything-but': { prefix: 'do' } })],
    ['a range', { dynamodb: { SizeBytes: [{ numeric: ['>', 20, '<=', 26] }] } }],
    ['a bound', { dynamodb: { SizeBytes: [{ numeric: ['=', 26] }] } }],
    ['what is there', state({ exists: true })],
    ['what is not there', missing({ exists: false })],
    ['what is not there, further up', { dynamodb: { OldImage: { state: { S: [{ exists: false }] } } } }],
    ['one of two alternatives', { $or: [{ eventName: ['REMOVE'] }, state('ready')] }],
    ['a field and an alternative', { eventName: ['MODIFY'], $or: [state('done'), state('ready')] }],
  ])('lets in %s', (_, pattern) => {
    expect(compilePattern(pattern)(EVENT)).toBe(true)
  })

  test.each<[string, unknown]>([
    ['another value', state('Ready')],
    ['a field that fails beside one that fits', { eventName: ['REMOVE'], ...state('ready') }],
    ['a value that is not there', missing('ready')],
    ['another prefix', state({ prefix: 'dy' })],
    ['another suffix', state({ suffix: 're' })],
    ['the value that it may not be', state({ 'anything-but': ['done', 'ready'] })],
    ['the prefix that it may not have', state({ 'anything-but': { prefix: 're' } })],
    ['anything but a value, where nothing is', missing({ 'anything-but': 'done' })],
    ['a number out of range', { dynamodb: { SizeBytes: [{ numeric: ['>', 26, '<', 30] }] } }],
    ['a number of DynamoDB, which is a text', newImage({ count: { N: [{ numeric: ['=', 5] }] } })],
    ['what is there, as missing', state({ exists: false })],
    ['what is missing, as there', missing({ exists: true })],
    ['what holds other values, as there', newImage({ state: [{ exists: true }] })],
    ['no alternative', { $or: [{ eventName: ['REMOVE'] }, state('done')] }],
    ['a text as a number', { dynamodb: { SizeBytes: ['26'] } }],
    ['what every object has', { dynamodb: { toString: [{ exists: true }] } }],
  ])('keeps out %s', (_, pattern) => {
    expect(compilePattern(pattern)(EVENT)).toBe(false)
  })

  test.each<[unknown, string]>([
    ['ready', 'is not a map'],
    [{}, 'is empty'],
    [{ eventName: 'MODIFY' }, 'eventName is neither a map nor a list of rules'],
    [{ eventName: [] }, 'eventName is neither a map nor a list of rules'],
    [{ dynamodb: { Keys: {} } }, 'dynamodb.Keys is empty'],
    [state('done', { prefx: 'x' }), 'dynamodb.NewImage.state.S[1] is not a rule'],
    [state({ prefix: 5 }), 'is not a rule'],
    [state({ prefix: 'a', suffix: 'b' }), 'is not a rule'],
    [state({ exists: 'yes' }), 'is not a rule'],
    [state({ numeric: ['>', '5'] }), 'is not a rule'],
    [state({ numeric: ['~', 5] }), 'is not a rule'],
    [state({ numeric: ['>'] }), 'is not a rule'],
    [state({ 'anything-but': { numeric: ['=', 1] } }), 'is not a rule'],
    [state(['ready']), 'is not a rule'],
    [{ $or: [{ eventName: ['REMOVE'] }] }, '$or has not two alternatives'],
    [{ $or: [{ eventName: ['REMOVE'] }, { eventName: 1 }] }, '$or[1].eventName is neither'],
  ])('refuses %j', (pattern, cause) => {
    expect(() => compilePattern(pattern)).toThrow(cause)
    expect(() => compilePattern(pattern)).toThrow(TypeError)
  })

  test('a text passes exactly one of a rule and anything but it', () => {
    const rule = fc.oneof(
      fc.string().map((text) => [text, text] as const),
      fc.string().map((text) => [{ prefix: text }, { prefix: text }] as const),
      fc.string().map((text) => [{ suffix: text }, { suffix: text }] as const),
    )
    fc.assert(
      fc.property(rule, fc.string(), ([wanted, unwanted], value) => {
        const passes = compilePattern({ a: [wanted] })({ a: value })
        expect(compilePattern({ a: [{ 'anything-but': unwanted }] })({ a: value })).toBe(!passes)
      }),
    )
  })

  test('fields are and-ed, rules and alternatives are or-ed', () => {
    const values = fc.constantFrom('x', 'y', 'z')
    const event = fc.record({ a: values, b: values }, { requiredKeys: [] })
    const rules = fc.array(values, { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(event, rules, rules, (record, a, b) => {
        const one = compilePattern({ a })(record)
        const other = compilePattern({ b })(record)
        expect(compilePattern({ a, b })(record)).toBe(one && other)
        expect(compilePattern({ $or: [{ a }, { b }] })(record)).toBe(one || other)
        expect(one).toBe(a.some((each) => compilePattern({ a: [each] })(record)))
      }),
    )
  })
})
