import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readElement } from '../../../shared/im/element.ts'
import { previewOf } from '../../../shared/im/preview.ts'
import { IM_FIXTURES, textElement } from '../../support/im.ts'

const preview = (...elements: readonly unknown[]): string => previewOf(elements.map(readElement))

const element = (MsgType: string, MsgContent: unknown) => ({ MsgType, MsgContent })

describe('previewOf', () => {
  const known = IM_FIXTURES.filter((fixture) => fixture.preview !== undefined)
  it.each(known)('shows what was published for $name', ({ body, preview: expected }) => {
    expect(preview(...('MsgBody' in body ? (body.MsgBody ?? []) : []))).toBe(expected)
  })

  const shown: ReadonlyArray<readonly [what: string, element: unknown, expected: string]> = [
    ['a face', element('TIMFaceElem', { Index: 1, Data: 'content' }), '[表情]'],
    ['a sound of no length', element('TIMSoundElem', { Second: 0 }), '[语音]'],
    ['a sound without its length', element('TIMSoundElem', {}), '[语音]'],
    ['a sound of a negative length', element('TIMSoundElem', { Second: -3 }), '[语音]'],
    ['a file by its name', element('TIMFileElem', { FileName: '报价.pdf' }), '[文件]报价.pdf'],
    ['a file by the end of its path', element('TIMFileElem', { FileName: 'file:///tmp/a%20b.pdf' }), '[文件]a b.pdf'],
    ['a file of Windows', element('TIMFileElem', { FileName: 'C:\\docs\\a.txt' }), '[文件]a.txt'],
    ['a file whose percent sign is none', element('TIMFileElem', { FileName: '100%.txt' }), '[文件]100%.txt'],
    ['a file without a name', element('TIMFileElem', {}), '[文件]'],
    ['relayed messages', element('TIMRelayElem', { Title: '群聊的聊天记录' }), '[聊天记录]群聊的聊天记录'],
    ['an element that we have not met', element('TIMNewElem', {}), '[消息]'],
    ['an element of a prototype', element('constructor', {}), '[消息]'],
    ['no element at all', null, '[消息]'],
    ['a custom element without a description: signalling', element('TIMCustomElem', { Data: '{}', Desc: '' }), ''],
    ['a text that is a number', element('TIMTextElem', { Text: 1 }), ''],
  ]
  it.each(shown)('shows %s', (_, given, expected) => {
    expect(preview(given)).toBe(expected)
  })

  it('is one line: white space and control characters become one blank, and none at the ends', () => {
    expect(preview(textElement(' a\r\n\tb\u0000\u0007c\u3000d\u2028 '))).toBe('a b c d')
  })

  it('cannot be turned round by whoever writes it', () => {
    expect(preview(textElement('pay\u202eevas\u202c'))).toBe('pay evas')
  })

  it('is empty when nothing of it can be seen', () => {
    expect(preview(textElement('\u200b\u2060 \u200d'))).toBe('')
    expect(preview()).toBe('')
  })

  it('keeps 200 characters, and none of them in half', () => {
    expect([...preview(textElement('👋'.repeat(300)))]).toHaveLength(200)
    expect(preview(textElement('👋'.repeat(300)))).not.toMatch(/\p{Surrogate}/u)
    expect(preview(textElement('\ud83d'))).toBe('\ufffd')
  })

  it('is one short line of whole characters for any text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 }), (texts) => {
        const line = preview(...texts.map(textElement))
        expect([...line].length).toBeLessThanOrEqual(200)
        expect(line).not.toMatch(/\p{Surrogate}|\p{Cc}|\s\s|^\s|\s$/u)
      }),
    )
  })
})
