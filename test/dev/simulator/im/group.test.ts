import { describe, expect, test } from 'vitest'
import { NOW } from '../../../support/build.ts'
import { aWorld, says } from './world.ts'

const BEFORE = 'Group.CallbackBeforeSendMsg'
const AFTER = 'Group.CallbackAfterSendMsg'
const TEXT = { from: 'alice', group: '@TGS#2J4SZEAEL', text: '明天见' }

describe('a message in a group', () => {
  test('is told of with whom it mentions', async () => {
    const { im, received } = await aWorld()
    const sent = await im.sendGroupMessage({ ...TEXT, mention: ['bob', 'carol'], all: true })
    expect(sent).toMatchObject({ seq: 1, errorCode: 0, isDelivered: true, before: undefined })
    expect(received).toMatchObject([{ query: { CallbackCommand: AFTER, OptPlatform: 'Web' } }])
    expect(received[0]?.body).toEqual({
      CallbackCommand: AFTER,
      GroupId: '@TGS#2J4SZEAEL',
      Type: 'Public',
      From_Account: 'alice',
      Operator_Account: 'alice',
      Random: expect.any(Number),
      OnlineOnlyFlag: 0,
      MsgBody: [{ MsgType: 'TIMTextElem', MsgContent: { Text: '明天见' } }],
      CloudCustomData: '',
      MsgSeq: 1,
      MsgTime: NOW,
      MsgId: expect.stringMatching(/^\d+-\d+-\d+$/),
      GroupAtInfo: [
        { GroupAtAllFlag: 0, GroupAt_Account: 'bob' },
        { GroupAtAllFlag: 0, GroupAt_Account: 'carol' },
        { GroupAtAllFlag: 1 },
      ],
      EventTime: NOW * 1000,
    })
  })

  test('that mentions nobody has no list of them', async () => {
    const { im, received } = await aWorld()
    await im.sendGroupMessage(TEXT)
    expect(received[0]?.body).not.toHaveProperty('GroupAtInfo')
  })

  test('has a number of its group, or of its topic', async () => {
    const { im } = await aWorld()
    const seqs = []
    for (const topic of [undefined, undefined, '@TGS#_@TGS#topic', undefined]) {
      seqs.push((await im.sendGroupMessage({ ...TEXT, ...(topic === undefined ? {} : { topic }) })).seq)
    }
    expect(seqs).toEqual([1, 2, 1, 3])
  })

  test('may be an administrator’s request', async () => {
    const { im, received } = await aWorld()
    await im.sendGroupMessage({ ...TEXT, operator: 'administrator', platform: 'RESTAPI', type: 'Work' })
    expect(received).toMatchObject([
      {
        query: { OptPlatform: 'RESTAPI' },
        body: { From_Account: 'alice', Operator_Account: 'administrator', Type: 'Work' },
      },
    ])
  })
})

describe('the callback before it', () => {
  const commands = [BEFORE, AFTER]

  test('rewrites it', async () => {
    const { im, received, answer } = await aWorld({ callback: { commands } })
    const MsgBody = [{ MsgType: 'TIMTextElem', MsgContent: { Text: '**' } }]
    answer(says({ MsgBody }))
    await im.sendGroupMessage(TEXT)
    expect(received.map(({ query }) => query.CallbackCommand)).toEqual(commands)
    expect(received[0]?.body).not.toHaveProperty('MsgSeq')
    expect(received[1]?.body).toMatchObject({ MsgBody, Random: received[0]?.body.Random })
  })

  test.each([
    ['refuses it', 1, 10016],
    ['refuses it with its own code', 10_150, 10_150],
    ['drops it', 2, 0],
  ])('%s: nobody gets it, and its number is not used up', async (_, ErrorCode, errorCode) => {
    const { im, received, answer } = await aWorld({ callback: { commands } })
    answer(says({ ErrorCode }))
    expect(await im.sendGroupMessage(TEXT)).toMatchObject({ seq: undefined, errorCode, isDelivered: false })
    expect(received).toHaveLength(1)
    answer(says())
    expect(await im.sendGroupMessage(TEXT)).toMatchObject({ seq: 1, isDelivered: true })
  })

  test('lets it pass when it fails', async () => {
    const { im, answer } = await aWorld({ callback: { commands } })
    answer(says({}, 502))
    expect(await im.sendGroupMessage(TEXT)).toMatchObject({ isDelivered: true })
  })
})
