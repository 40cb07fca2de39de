import { describe, expect, test } from 'vitest'
import { NOW } from '../../../support/build.ts'
import { aWorld, says } from './world.ts'

const PATH = '/v4/openim/sendmsg'
const BOTH = { commands: ['C2C.CallbackBeforeSendMsg', 'C2C.CallbackAfterSendMsg'] }
const MsgBody = [{ MsgType: 'TIMTextElem', MsgContent: { Text: '您好' } }]
const ASKED = { To_Account: 'bob', MsgRandom: 7, MsgBody }

async function aWorldWithBob(callback = BOTH) {
  const world = await aWorld({ callback })
  world.im.importAccount('bob')
  return world
}

describe('sendmsg', () => {
  test('sends in the administrator’s name, and leads to callbacks', async () => {
    const { im, call, received } = await aWorldWithBob()
    const answer = await call(PATH, { ...ASKED, MsgSeq: 9 })
    const [message] = im.delivered('bob')
    expect(answer).toEqual({
      ActionStatus: 'OK',
      ErrorInfo: '',
      ErrorCode: 0,
      MsgTime: NOW,
      MsgKey: `9_7_${NOW}`,
      MsgId: message?.id,
    })
    const origin = { OptPlatform: 'RESTAPI' }
    expect(received).toMatchObject([
      { query: { ...origin, CallbackCommand: BOTH.commands[0] }, body: { From_Account: 'administrator', MsgBody } },
      { query: { ...origin, CallbackCommand: BOTH.commands[1] }, body: { To_Account: 'bob', MsgKey: `9_7_${NOW}` } },
    ])
  })

  test('does without the callbacks that are forbidden', async () => {
    const { call, received } = await aWorldWithBob()
    await call(PATH, { ...ASKED, ForbidCallbackControl: ['ForbidAfterSendMsgCallback'] })
    await call(PATH, { ...ASKED, ForbidCallbackControl: ['ForbidBeforeSendMsgCallback'] })
    expect(received.map(({ query }) => query.CallbackCommand)).toEqual(BOTH.commands)
  })

  test('sends to those online only when the message lives for 0 seconds', async () => {
    const { call, received } = await aWorldWithBob()
    await call(PATH, { ...ASKED, MsgLifeTime: 0, From_Account: 'alice' })
    expect(received).toMatchObject([{}, { body: { OnlineOnlyFlag: 1, From_Account: 'alice' } }])
  })

  test('is told when the callback refuses the message', async () => {
    const { call, answer } = await aWorldWithBob()
    answer(says({ ErrorCode: 1, ErrorInfo: 'no' }))
    expect(await call(PATH, ASKED)).toEqual({ ActionStatus: 'FAIL', ErrorCode: 20006, ErrorInfo: 'no' })
  })

  test.each([
    ['nobody', { To_Account: undefined }, 90003],
    ['a list of people', { To_Account: ['bob'] }, 90003],
    ['somebody who is not known', { To_Account: 'nobody' }, 90012],
    ['a sender that is no text', { From_Account: 7 }, 90008],
    ['no random', { MsgRandom: undefined }, 90005],
    ['a random of 33 bits', { MsgRandom: 2 ** 32 }, 90005],
    ['a number below 0', { MsgSeq: -1 }, 90005],
    ['no elements', { MsgBody: [] }, 90002],
    ['an element without its content', { MsgBody: [{ MsgType: 'TIMTextElem' }] }, 90002],
    ['custom data that is no text', { CloudCustomData: {} }, 90001],
    ['a control that there is not', { ForbidCallbackControl: ['constructor'] }, 90001],
  ])('refuses %s', async (_, changes, errorCode) => {
    const { call, received } = await aWorldWithBob()
    expect(await call(PATH, { ...ASKED, ...changes })).toMatchObject({ ActionStatus: 'FAIL', ErrorCode: errorCode })
    expect(received).toEqual([])
  })
})
