import { describe, expect, it } from 'vitest'
import * as shape from '../../../shared/wechat/shape.ts'

const fields = {
  Text: ' 00123 ',
  Empty: '',
  Digits: '1760000000',
  Big: '23637352235060881',
  Word: 'soon',
  List: ['a', 'b'],
  Part: { Id: '1' },
}

describe('text', () => {
  it('gives a member as it stands and nothing for what is absent or no text', () => {
    const read = ['Text', 'Big', 'Empty', 'None', 'List', 'Part'].map((name) => shape.text(name)(fields))
    expect(read).toEqual([' 00123 ', '23637352235060881', '', '', '', ''])
  })

  it('takes the first of several spellings that is there', () => {
    expect(shape.text('OpenID', 'Digits', 'Text')(fields)).toBe('1760000000')
  })

  it('tells empty from absent where that matters', () => {
    expect([shape.optionalText('Empty')(fields), shape.optionalText('None')(fields)]).toEqual(['', undefined])
  })
})

describe('number and time', () => {
  it('give numbers, and nothing for what is none', () => {
    const read = ['Digits', 'Text', 'Empty', 'Word', 'None', 'List'].map((name) => shape.number(name)(fields))
    expect(read).toEqual([1760000000, 123, undefined, undefined, undefined, undefined])
    expect([shape.time('Digits')(fields), shape.timeMs('Digits')(fields), shape.time('None')(fields)]).toEqual([
      1760000000,
      1760000000,
      undefined,
    ])
  })
})

describe('flag', () => {
  it('is true for true and 1 alone', () => {
    const flags = ['true', '1', 'false', '0', 'TRUE', ''].map((value) => shape.flag('Flag')({ Flag: value }))
    expect(flags).toEqual([true, true, false, false, false, false])
    expect(shape.flag('Flag')({})).toBe(false)
  })
})

describe('part and parts', () => {
  const entry = { id: shape.text('Id') }

  it('read what is inside, or what nothing has inside', () => {
    expect(shape.part('Part', entry)(fields)).toEqual({ id: '1' })
    expect(shape.part('Text', entry)(fields)).toEqual({ id: '' })
    expect([shape.optionalPart('Part', entry)(fields), shape.optionalPart('None', entry)(fields)]).toEqual([
      { id: '1' },
      undefined,
    ])
  })

  it('read a list, its one entry without the list, and none', () => {
    expect(shape.parts('Part', entry)(fields)).toEqual([{ id: '1' }])
    expect(shape.parts('List', entry)(fields)).toEqual([{ id: '' }, { id: '' }])
    expect(shape.parts('Empty', entry)(fields)).toEqual([])
    expect([shape.texts('List')(fields), shape.texts('Text')(fields), shape.texts('Part')(fields)]).toEqual([
      ['a', 'b'],
      [' 00123 '],
      [],
    ])
  })

  it('read through a wrapper that one format has and the other has not', () => {
    expect(shape.unwrapped('Part', shape.text('Id'))(fields)).toBe('1')
    expect(shape.unwrapped('Event', shape.text('Digits'))(fields)).toBe('1760000000')
  })
})
