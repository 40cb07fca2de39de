import { describe, expect, test } from 'vitest'
import { messagesIn, SEND } from '../../dev/outbox.ts'
import type { Call } from '../../dev/simulator/api/outbox.ts'
import { OPEN_ID } from '../support/build.ts'

const aCall = (body: object, changes: Partial<Call> = {}): Call => ({
  at: '2025-10-09T08:53:20.000Z',
  path: SEND,
  body: { touser: OPEN_ID, ...body },
  answer: { errcode: 0, errmsg: 'ok' },
  ...changes,
})

const TEXT = { msgtype: 'text', text: { content: '你好' } }

describe('messagesIn', () => {
  test.each([
    ['text', TEXT, '你好'],
    ['image', { msgtype: 'image', image: { media_id: 'M1' } }, 'M1'],
    ['link', { msgtype: 'link', link: { title: '官网', url: 'https://a/' } }, '官网'],
    ['miniprogrampage', { msgtype: 'miniprogrampage', miniprogrampage: { title: '下单' } }, '下单'],
  ])('says of a message of msgtype %s what is read first', (kind, body, words) => {
    expect(messagesIn([aCall(body)])).toEqual([
      { at: '2025-10-09T08:53:20.000Z', to: OPEN_ID, kind, words, errcode: 0 },
    ])
  })

  test('says of a subscribe message its template', () => {
    const call = aCall({ template_id: 'T1', data: {} }, { path: '/cgi-bin/message/subscribe/send' })
    expect(messagesIn([call])).toMatchObject([{ kind: 'subscribe', words: 'T1' }])
  })

  test('leaves out every other call', () => {
    const others = ['/cgi-bin/stable_token', '/cgi-bin/message/custom/typing', '/cgi-bin/media/upload']
    expect(messagesIn(others.map((path) => aCall(TEXT, { path })))).toEqual([])
  })

  test.each([
    ['refused', { errcode: 45015, errmsg: '…' }, 45015],
    ['on its way', null, undefined],
    ['answered by a proxy', { html: '502 Bad Gateway' }, undefined],
  ])('tells a message that is %s', (_, answer, errcode) => {
    expect(messagesIn([aCall(TEXT, { answer })])[0]?.errcode).toBe(errcode)
  })

  test.each([null, 'text', 7])('takes a body %j that is no object', (body) => {
    expect(messagesIn([aCall({}, { body })])).toMatchObject([{ to: '', words: '' }])
  })
})
