import { describe, expect, test } from 'vitest'
import { imCallsIn, messagesIn, QUERY, SEND, SUBSCRIBE_SEND } from '../../dev/outbox.ts'
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

  test('says of a subscribe message what stands on its card', () => {
    const data = { thing1: { value: 'alice等3人' }, thing2: { value: '[50条] 在吗' }, number4: { value: '50' } }
    const call = aCall({ template_id: 'T1', data }, { path: SUBSCRIBE_SEND })
    expect(messagesIn([call])).toMatchObject([{ kind: 'subscribe', words: 'alice等3人  [50条] 在吗  50' }])
  })

  test.each([undefined, null, 'text', { thing1: null }])('takes data %j that is no card', (data) => {
    expect(messagesIn([aCall({ template_id: 'T1', data }, { path: SUBSCRIBE_SEND })])).toMatchObject([{ words: '' }])
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

describe('imCallsIn', () => {
  const asked = (answer: unknown) =>
    imCallsIn([
      aCall(TEXT),
      { at: '2025-10-09T08:53:20.000Z', path: QUERY, body: { To_Account: ['a', 'b', 'c'] }, answer },
    ])

  test('counts who was asked for, and who is online, in the words of either region', () => {
    const QueryResult = [{ Status: 'Online' }, { State: 'Offline' }, { Status: 'Offline' }]
    const [call, ...others] = asked({ ErrorCode: 0, QueryResult })
    expect(others).toEqual([])
    expect(call).toMatchObject({ call: 'query_online_status', people: 3, found: { Online: 1, Offline: 2 }, errcode: 0 })
  })

  test.each([
    ['refused', { ActionStatus: 'FAIL', ErrorCode: 70009 }, 70009],
    ['on its way', null, undefined],
    ['answered by a proxy', { html: '502 Bad Gateway' }, undefined],
  ])('tells one that is %s', (_, answer, errcode) => {
    expect(asked(answer)).toMatchObject([{ found: {}, errcode }])
  })
})
