import { describe, expect, it } from 'vitest'
import { allow, answerOf, drop, refuse, refuseWith, rewrite } from '../../../shared/im/answer.ts'
import { readElement } from '../../../shared/im/element.ts'
import { textElement } from '../../support/im.ts'

const OK = { ActionStatus: 'OK', ErrorCode: 0, ErrorInfo: '' }

describe('answerOf', () => {
  it('lets a message go out as it is, and says no more than that', () => {
    expect(answerOf(allow, 'person')).toEqual(OK)
    expect(answerOf(rewrite({}), 'person')).toEqual(OK)
    expect(answerOf(rewrite({ elements: [] }), 'person')).toEqual(OK)
  })

  it('refuses with 1 and drops with 2, in a group too', () => {
    for (const scope of ['person', 'group'] as const) {
      expect(answerOf(refuse, scope)).toEqual({ ...OK, ErrorCode: 1 })
      expect(answerOf(drop, scope)).toEqual({ ...OK, ErrorCode: 2 })
    }
  })

  const codes: ReadonlyArray<readonly ['person' | 'group', code: number, told: number]> = [
    ['person', 120_001, 120_001],
    ['person', 130_000, 130_000],
    ['person', 120_000, 1],
    ['person', 130_001, 1],
    ['person', 10_100, 1],
    ['person', 0, 1],
    ['person', 2, 1],
    ['person', 120_001.5, 1],
    ['person', Number.NaN, 1],
    ['group', 10_100, 10_100],
    ['group', 10_200, 10_200],
    ['group', 10_201, 1],
    ['group', 120_001, 1],
  ]
  it.each(codes)('to a %s, tells the code %d as %d: IM passes on its own range alone', (scope, code, told) => {
    expect(answerOf(refuseWith(code, '请文明聊天'), scope)).toEqual({ ...OK, ErrorCode: told, ErrorInfo: '请文明聊天' })
  })

  it('writes texts and custom elements anew, and hands back the others as they came', () => {
    const picture = {
      MsgType: 'TIMImageElem',
      MsgContent: { UUID: 'u', ImageInfoArray: [{ URL: 'https://example.com/0' }] },
    }
    const custom = { MsgType: 'TIMCustomElem', MsgContent: { Data: '1', Desc: '2', Ext: '3', Sound: '4' } }
    const elements = [textElement('damn'), picture, custom].map(readElement)
    const masked = elements.map((each) => (each.kind === 'text' ? { ...each, text: '****' } : each))
    expect(answerOf(rewrite({ elements: masked }), 'person')).toEqual({
      ...OK,
      MsgBody: [textElement('****'), picture, custom],
    })
    expect(answerOf(rewrite(Object.assign({ elements: masked }, { kind: 'before-message' })), 'person')).toMatchObject({
      ErrorCode: 0,
    })
    expect(answerOf(rewrite({ cloudCustomData: '' }), 'group')).toEqual({ ...OK, CloudCustomData: '' })
  })
})
