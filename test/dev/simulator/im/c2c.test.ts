import { describe, expect, test } from 'vitest'
import file from '../../../fixtures/vectors/im-callbacks.json' with { type: 'json' }
import { NOW } from '../../../support/build.ts'
import { shapeOf } from './shape.ts'
import { aWorld, says } from './world.ts'

const BEFORE = 'C2C.CallbackBeforeSendMsg'
const AFTER = 'C2C.CallbackAfterSendMsg'
const BOTH = { commands: [BEFORE, AFTER] }
const TEXT = { from: 'alice', to: 'bob', text: '在吗' }
const WRITTEN = [{ MsgType: 'TIMTextElem', MsgContent: { Text: '在吗' } }]

const fixture = (name: string) => file.fixtures.find((one) => one.name === name)?.body

describe('a message', () => {
  test('is delivered, and IM tells of it', async () => {
    const { im, received } = await aWorld()
    const { message, ...sent } = await im.sendMessage(TEXT)
    expect(sent).toMatchObject({ errorCode: 0, errorInfo: '', isDelivered: true, before: undefined })
    expect(received.map(({ body }) => body)).toEqual([
      {
        CallbackCommand: AFTER,
        From_Account: 'alice',
        To_Account: 'bob',
        MsgSeq: message.seq,
        MsgRandom: message.random,
        MsgTime: NOW,
        MsgKey: `${message.seq}_${message.random}_${NOW}`,
        MsgId: message.id,
        OnlineOnlyFlag: 0,
        MsgBody: WRITTEN,
        CloudCustomData: '',
        UnreadMsgNum: 1,
        SendMsgResult: 0,
        ErrorInfo: 'send msg succeed',
      },
    ])
    expect(shapeOf(received[0]?.body)).toEqual(shapeOf(fixture('after-text')))
    expect(im.delivered('bob')).toEqual([message])
  })

  test('has a number greater than the one before, and uint32s', async () => {
    const { im } = await aWorld({ callback: { commands: [] } })
    const sent = []
    for (let n = 0; n < 50; n += 1) sent.push((await im.sendMessage(TEXT)).message)
    const seqs = sent.map(({ seq }) => seq)
    expect(seqs).toEqual(seqs.toSorted((one, other) => one - other))
    expect(new Set(sent.map(({ key }) => key)).size).toBe(50)
    expect(Math.max(...sent.map(({ random }) => random))).toBeGreaterThan(2 ** 31)
    for (const { seq, random } of sent) for (const one of [seq, random]) expect(one >>> 0).toBe(one)
  })

  test('makes both who write and who are written to known', async () => {
    const { im, query } = await aWorld()
    await im.sendMessage(TEXT)
    expect(await query(['alice', 'bob'])).not.toHaveProperty('ErrorList')
  })

  test('may be of any kind and from any platform', async () => {
    const { im, received } = await aWorld()
    const body = [{ MsgType: 'TIMSoundElem', MsgContent: { Second: 12 } }]
    await im.sendMessage({ from: 'alice', to: 'bob', body, platform: 'iOS', cloudCustomData: '{}' })
    expect(received).toMatchObject([{ query: { OptPlatform: 'iOS' }, body: { MsgBody: body, CloudCustomData: '{}' } }])
  })

  test('that cannot be delivered is told of with the reason', async () => {
    const { im, received } = await aWorld()
    const failure = { errorCode: 20007, errorInfo: 'blocked' }
    expect(await im.sendMessage({ ...TEXT, failure })).toMatchObject({ errorCode: 20007, isDelivered: false })
    expect(received).toMatchObject([{ body: { SendMsgResult: 20007, ErrorInfo: 'blocked', UnreadMsgNum: -1 } }])
    expect(im.delivered('bob')).toEqual([])
  })

  test('for those online only reaches nobody else, and is never unread', async () => {
    const { im, received } = await aWorld({ callback: { commands: [AFTER] } })
    expect(await im.sendMessage({ ...TEXT, isOnlineOnly: true })).toMatchObject({ isDelivered: false, errorCode: 0 })
    await im.comeOnline('bob')
    expect(await im.sendMessage({ ...TEXT, isOnlineOnly: true })).toMatchObject({ isDelivered: true })
    expect(received).toMatchObject([
      { body: { OnlineOnlyFlag: 1, UnreadMsgNum: 0 } },
      { body: { OnlineOnlyFlag: 1, UnreadMsgNum: 0 } },
    ])
  })
})

describe('the callback before a message', () => {
  test('comes first and knows nothing of the result', async () => {
    const { im, received } = await aWorld({ callback: BOTH })
    const { before, after } = await im.sendMessage(TEXT)
    expect([before?.command, after?.command]).toEqual([BEFORE, AFTER])
    expect(received.map(({ query }) => query.CallbackCommand)).toEqual([BEFORE, AFTER])
    expect(shapeOf(received[0]?.body)).toEqual(shapeOf(fixture('before-allow')))
  })

  test('rewrites what is delivered and told of', async () => {
    const { im, received, answer } = await aWorld({ callback: BOTH })
    const MsgBody = [{ MsgType: 'TIMTextElem', MsgContent: { Text: '**' } }]
    answer(says({ MsgBody, CloudCustomData: 'seen' }))
    const { message } = await im.sendMessage(TEXT)
    expect(message.body).toEqual(WRITTEN)
    expect(im.delivered('bob')).toMatchObject([{ body: MsgBody, cloudCustomData: 'seen', key: message.key }])
    expect(received[1]?.body).toMatchObject({ MsgBody, CloudCustomData: 'seen', MsgKey: message.key })
  })

  test.each([
    ['refuses it', { ActionStatus: 'OK', ErrorCode: 1, ErrorInfo: 'no' }, 20006, 'no'],
    ['refuses it in its own words', { ActionStatus: 'OK', ErrorCode: 120_002, ErrorInfo: 'rude' }, 120_002, 'rude'],
    ['drops it', { ActionStatus: 'OK', ErrorCode: 2, ErrorInfo: '' }, 0, ''],
  ])('%s: it is not delivered, and nothing is told of after it', async (_, ack, errorCode, errorInfo) => {
    const { im, received, answer } = await aWorld({ callback: BOTH })
    answer(says(ack))
    expect(await im.sendMessage(TEXT)).toMatchObject({ errorCode, errorInfo, isDelivered: false, after: undefined })
    expect(received).toHaveLength(1)
    expect(im.delivered('bob')).toEqual([])
  })

  test.each([
    ['with an error', says({}, 500)],
    ['with a code that is none', says({ ErrorCode: 7 })],
  ])('lets the message pass when it fails %s', async (_, reply) => {
    const { im, answer } = await aWorld({ callback: BOTH })
    answer(reply)
    expect(await im.sendMessage(TEXT)).toMatchObject({ errorCode: 0, isDelivered: true })
  })

  test('lets none pass when it fails and the console says so: 80003', async () => {
    const { im, answer } = await aWorld({ callback: BOTH, onFailure: 'refuse' })
    answer(says({}, 500))
    expect(await im.sendMessage(TEXT)).toMatchObject({ errorCode: 80003, isDelivered: false, after: undefined })
  })
})

describe('what is unread', () => {
  test('counts over all conversations, until it is read or taken back', async () => {
    const { im, received, advance } = await aWorld()
    await im.sendMessage(TEXT)
    const { message } = await im.sendMessage({ ...TEXT, from: 'carol' })
    await im.sendMessage({ ...TEXT, from: 'carol' })
    advance(100)
    const report = await im.read('bob', 'alice')
    const withdrawal = await im.recall(message, { platform: 'Android' })
    expect(received.map(({ body }) => body.UnreadMsgNum)).toEqual([1, 2, 3, 2, 1])
    expect(report?.body).toEqual({
      CallbackCommand: 'C2C.CallbackAfterMsgReport',
      Report_Account: 'bob',
      Peer_Account: 'alice',
      LastReadTime: NOW + 100,
      UnreadMsgNum: 2,
    })
    expect(withdrawal).toMatchObject({
      platform: 'Android',
      body: {
        CallbackCommand: 'C2C.CallbackAfterMsgWithDraw',
        From_Account: 'carol',
        To_Account: 'bob',
        MsgKey: message.key,
        UnreadMsgNum: 1,
      },
    })
    expect(shapeOf(report?.body)).toEqual(shapeOf(fixture('read-report')))
    expect(shapeOf(withdrawal?.body)).toEqual(shapeOf(fixture('withdraw')))
    expect(im.delivered('bob').map(({ from }) => from)).toEqual(['alice', 'carol'])
  })
})
