import { describe, expect, test } from 'vitest'
import { isBefore, judgeOf } from '../../../../dev/simulator/im/callback-verdict.ts'
import file from '../../../fixtures/vectors/im-callbacks.json' with { type: 'json' }

const C2C = 'C2C.CallbackBeforeSendMsg'
const GROUP = 'Group.CallbackBeforeSendMsg'
const AFTER = 'C2C.CallbackAfterSendMsg'

const answered = (command: string, members: object) =>
  judgeOf(command)({
    status: 200,
    body: JSON.stringify({ ActionStatus: 'OK', ErrorCode: 0, ErrorInfo: '', ...members }),
  })

describe('an answer before a message', () => {
  test.each([
    [C2C, 0, { kind: 'taken', rewritten: {} }],
    [C2C, 1, { kind: 'refused', errorCode: 20006, errorInfo: 'no' }],
    [C2C, 2, { kind: 'dropped' }],
    [C2C, 120_001, { kind: 'refused', errorCode: 120_001, errorInfo: 'no' }],
    [C2C, 130_000, { kind: 'refused', errorCode: 130_000, errorInfo: 'no' }],
    [C2C, 120_000, { kind: 'failed', because: 'ErrorCode 120000' }],
    [C2C, 130_001, { kind: 'failed', because: 'ErrorCode 130001' }],
    [C2C, 10_100, { kind: 'failed', because: 'ErrorCode 10100' }],
    [C2C, 3, { kind: 'failed', because: 'ErrorCode 3' }],
    [GROUP, 1, { kind: 'refused', errorCode: 10016, errorInfo: 'no' }],
    [GROUP, 10_100, { kind: 'refused', errorCode: 10_100, errorInfo: 'no' }],
    [GROUP, 10_200, { kind: 'refused', errorCode: 10_200, errorInfo: 'no' }],
    [GROUP, 10_201, { kind: 'failed', because: 'ErrorCode 10201' }],
    [GROUP, 120_001, { kind: 'failed', because: 'ErrorCode 120001' }],
  ])('of %s with %d', (command, ErrorCode, verdict) => {
    expect(answered(command, { ErrorCode, ErrorInfo: 'no' })).toEqual(verdict)
  })

  test('rewrites what it names, with 0 only', () => {
    const MsgBody = [{ MsgType: 'TIMTextElem', MsgContent: { Text: '*' } }]
    expect(answered(C2C, { MsgBody })).toEqual({ kind: 'taken', rewritten: { body: MsgBody } })
    expect(answered(C2C, { CloudCustomData: '' })).toEqual({ kind: 'taken', rewritten: { cloudCustomData: '' } })
    expect(answered(C2C, { ErrorCode: 2, MsgBody })).toEqual({ kind: 'dropped' })
  })

  test.each([
    ['no elements', { MsgBody: [] }],
    ['elements that are no list', { MsgBody: 'no' }],
    ['custom data that is no text', { CloudCustomData: {} }],
  ])('fails with %s', (_, members) => {
    expect(answered(C2C, members)).toMatchObject({ kind: 'failed' })
  })
})

describe('an answer after an event', () => {
  test.each([0, 1, 2, 120_001])('is taken, whatever it says: %d', (ErrorCode) => {
    expect(answered(AFTER, { ActionStatus: 'FAIL', ErrorCode })).toEqual({ kind: 'taken', rewritten: {} })
  })

  test.each([
    ['another status', 204, '{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}', 'HTTP 204'],
    ['an error', 500, '', 'HTTP 500'],
    ['nothing', 200, '', 'the answer is no JSON object'],
    ['text', 200, 'success', 'the answer is no JSON object'],
    ['no ActionStatus', 200, '{"ErrorCode":0,"ErrorInfo":""}', 'ActionStatus is neither OK nor FAIL'],
    [
      'a code that is text',
      200,
      '{"ActionStatus":"OK","ErrorCode":"0","ErrorInfo":""}',
      'ErrorCode is no whole number',
    ],
    ['no ErrorInfo', 200, '{"ActionStatus":"OK","ErrorCode":0}', 'ErrorInfo is no text'],
  ])('fails with %s', (_, status, body, because) => {
    expect(judgeOf(AFTER)({ status, body })).toEqual({ kind: 'failed', because })
  })
})

test.each(file.fixtures.filter(({ ack }) => ack !== null))('the answer to $name is one', ({ body, ack }) => {
  const verdict = judgeOf(body.CallbackCommand)({ status: 200, body: JSON.stringify(ack) })
  expect(verdict.kind).toMatch(/^(?:taken|refused|dropped)$/)
})

test('a message waits for two callbacks', () => {
  expect([C2C, GROUP, AFTER, 'constructor'].map(isBefore)).toEqual([true, true, false, false])
})
