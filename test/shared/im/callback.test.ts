import { describe, expect, it } from 'vitest'
import type { Callback } from '../../../shared/im/callback.ts'
import { NOW } from '../../support/build.ts'
import { ALICE, aGroupBody, aMessageBody, aStateBody, BOB, readBody, textElement } from '../../support/im.ts'

describe('readCallback of a message', () => {
  it('says who wrote what to whom, and when', () => {
    expect(readBody(aMessageBody({ CloudCustomData: 'order 1' }))).toEqual({
      kind: 'message',
      from: ALICE,
      to: BOB,
      key: `48374_2837546_${NOW}`,
      sentAt: NOW,
      elements: [{ kind: 'text', text: '在吗？' }],
      cloudCustomData: 'order 1',
      isOnlineOnly: false,
      isDelivered: true,
    })
  })

  const told: ReadonlyArray<readonly [what: string, changes: object, expected: Partial<Callback>]> = [
    ['has failed', { SendMsgResult: 20007 }, { isDelivered: false }],
    ['says nothing of its result', { SendMsgResult: undefined }, { isDelivered: true }],
    ['has a result that is no number', { SendMsgResult: 'x' }, { isDelivered: false }],
    ['is for whoever is online', { OnlineOnlyFlag: 1 }, { isOnlineOnly: true }],
    ['prints its numbers as text', { OnlineOnlyFlag: '1', MsgTime: String(NOW) }, { isOnlineOnly: true, sentAt: NOW }],
    ['has no MsgKey: it is put together', { MsgKey: undefined }, { key: `48374_2837546_${NOW}` }],
    ['has numbers beyond 2^31', { MsgKey: '', MsgSeq: 3998651049 }, { key: `3998651049_2837546_${NOW}` }],
    ['comes from half a surrogate pair', { CloudCustomData: '\ud83d' }, { cloudCustomData: '\ufffd' }],
  ]
  it.each(told)('that %s', (_, changes, expected) => {
    expect(readBody(aMessageBody({ ...changes }))).toMatchObject(expected)
  })

  const lacking: ReadonlyArray<readonly [what: string, changes: object, missing: string]> = [
    ['a sender', { From_Account: undefined }, 'From_Account'],
    ['a recipient', { To_Account: '' }, 'To_Account'],
    ['a recipient that is text', { To_Account: 42 }, 'To_Account'],
    ['a recipient of at most 32 bytes', { To_Account: 'x'.repeat(33) }, 'To_Account'],
    ['a recipient of one line', { To_Account: 'bob\nTLS.sdkappid:1' }, 'To_Account'],
    ['a time', { MsgTime: undefined }, 'MsgTime'],
    ['a time in seconds', { MsgTime: NOW * 1000 }, 'MsgTime'],
    ['a time that is whole', { MsgTime: 1.5 }, 'MsgTime'],
    ['a time that is not negative', { MsgTime: -1 }, 'MsgTime'],
    ['elements', { MsgBody: undefined }, 'MsgBody'],
    ['a list of elements', { MsgBody: { 0: {} } }, 'MsgBody'],
    ['a key of its own', { MsgKey: '', MsgSeq: '' }, 'MsgSeq'],
    ['a short key', { MsgKey: '1'.repeat(201) }, 'MsgKey'],
  ]
  it.each(lacking)('refuses one that lacks %s', (_, changes, missing) => {
    expect(() => readBody(aMessageBody({ ...changes }))).toThrow(
      new RegExp(`^CALLBACK_CONTRADICTORY missing=${missing}:`),
    )
  })
})

describe('readCallback of a message that is not sent yet', () => {
  const unsent = (changes: object = {}) =>
    readBody(aMessageBody({ CallbackCommand: 'C2C.CallbackBeforeSendMsg', ...changes }))

  it('says who would write what to whom, or to which group', () => {
    expect(unsent()).toMatchObject({ kind: 'before-message', scope: 'person', from: ALICE, to: BOB })
    const group = readBody(aGroupBody({ CallbackCommand: 'Group.CallbackBeforeSendMsg', MsgSeq: undefined }))
    expect(group).toMatchObject({ kind: 'before-message', scope: 'group', from: ALICE, group: '@TGS#1ABCDEF' })
  })

  it('lets one that it cannot read go out', () => {
    for (const changes of [{ From_Account: 1 }, { MsgBody: 'x' }, { To_Account: null }]) {
      expect(unsent(changes)).toEqual({ kind: 'other', command: 'C2C.CallbackBeforeSendMsg' })
    }
  })
})

describe('readCallback of a group message', () => {
  it('says whom it mentions, each once', () => {
    const at = (GroupAt_Account: unknown, GroupAtAllFlag: unknown = 0) => ({ GroupAtAllFlag, GroupAt_Account })
    const GroupAtInfo = [at('carol'), at(BOB), at('carol'), at(ALICE), at('everybody', 1), at(''), at(7), null, 'bob']
    expect(readBody(aGroupBody({ GroupAtInfo }))).toMatchObject({
      kind: 'group-message',
      group: '@TGS#1ABCDEF',
      key: '7@@TGS#1ABCDEF',
      sentAt: NOW,
      mentioned: ['carol', BOB],
    })
  })

  it('mentions nobody when it says so, says nothing, or says something else', () => {
    for (const GroupAtInfo of [[], undefined, 'bob', { GroupAt_Account: BOB }]) {
      expect(readBody(aGroupBody({ GroupAtInfo }))).toMatchObject({ mentioned: [] })
    }
  })

  it('mentions a hundred people at most, the first ones, whoever else is named twice', () => {
    const names = Array.from({ length: 101 }, (_, place) => `user${place}`)
    const GroupAtInfo = ['user0', ...names].map((GroupAt_Account) => ({ GroupAtAllFlag: 0, GroupAt_Account }))
    expect(readBody(aGroupBody({ GroupAtInfo }))).toMatchObject({ mentioned: names.slice(0, 100) })
  })

  it('tells the messages of two groups apart, and those of two topics', () => {
    const keys = [
      {},
      { GroupId: '@TGS#2' },
      { TopicId: '@TGS#1@TOPIC#a' },
      { TopicId: '@TGS#1@TOPIC#b' },
      { MsgSeq: 8 },
    ]
      .map((changes) => readBody(aGroupBody(changes)))
      .map((callback) => 'key' in callback && callback.key)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('refuses one without its group or its number', () => {
    expect(() => readBody(aGroupBody({ GroupId: '' }))).toThrow(/^CALLBACK_CONTRADICTORY missing=GroupId:/)
    expect(() => readBody(aGroupBody({ MsgSeq: null }))).toThrow(/^CALLBACK_CONTRADICTORY missing=MsgSeq:/)
  })

  it('refuses a topic whose name is long or has a line break, as it does a group', () => {
    for (const name of ['x'.repeat(201), '@TGS#1\n2']) {
      expect(() => readBody(aGroupBody({ TopicId: name }))).toThrow(/^CALLBACK_CONTRADICTORY missing=TopicId:/)
      expect(() => readBody(aGroupBody({ GroupId: name }))).toThrow(/^CALLBACK_CONTRADICTORY missing=GroupId:/)
    }
  })
})

describe('readCallback of a read report and of a recall', () => {
  const report = { CallbackCommand: 'C2C.CallbackAfterMsgReport', Report_Account: BOB, Peer_Account: ALICE }
  const recall = { CallbackCommand: 'C2C.CallbackAfterMsgWithDraw', From_Account: ALICE, To_Account: BOB }

  it('says who has read what', () => {
    const read = readBody({ ...report, LastReadTime: NOW, UnreadMsgNum: 0 })
    expect(read).toEqual({ kind: 'read', reader: BOB, peer: ALICE, until: NOW })
  })

  it('says which message is gone, and when it was sent: its key tells', () => {
    const key = `48374_2837546_${NOW}`
    expect(readBody({ ...recall, MsgKey: key })).toEqual({ kind: 'recall', from: ALICE, to: BOB, key, sentAt: NOW })
  })

  it('refuses what does not name its message or its moment', () => {
    expect(() => readBody(report)).toThrow(/^CALLBACK_CONTRADICTORY missing=LastReadTime:/)
    expect(() => readBody({ ...recall, MsgKey: '48374' })).toThrow(/^CALLBACK_CONTRADICTORY missing=MsgKey:/)
    expect(() => readBody({ ...recall, MsgKey: '1_2_xyz' })).toThrow(/^CALLBACK_CONTRADICTORY missing=MsgKey:/)
  })
})

describe('readCallback of a state', () => {
  const state = (Info: unknown, changes: object = {}) => readBody(aStateBody({ Info, ...changes }))

  it('says who came, where and when, and what that logged out', () => {
    const KickedDevice = [
      { Platform: 'Windows' },
      { Platform: 'iOS' },
      { Platform: 'macOS' },
      { Platform: 'Fridge' },
      null,
    ]
    expect(readBody(aStateBody({ KickedDevice }))).toEqual({
      kind: 'state',
      userId: BOB,
      change: 'login',
      platform: 'web',
      at: NOW * 1000,
      kicked: ['windows', 'ios', 'mac', 'other'],
    })
  })

  it('says who went', () => {
    expect(state({ Action: 'Logout', To_Account: BOB })).toMatchObject({ change: 'logout', kicked: [] })
    expect(state({ Action: 'Disconnect', To_Account: BOB })).toMatchObject({ change: 'disconnect' })
    expect(state({ Action: 'CustomStatusChange', To_Account: BOB })).toMatchObject({ change: 'custom-status' })
  })

  it('takes a time that is text, and where there is none that of the request', () => {
    expect(readBody(aStateBody({ EventTime: String(NOW * 1000) }))).toMatchObject({ at: NOW * 1000 })
    for (const EventTime of [undefined, 'soon', {}, -5]) {
      expect(readBody(aStateBody({ EventTime }))).toMatchObject({ at: NOW * 1000 - 7000 })
    }
  })

  it('takes its members beside `Info`, too', () => {
    expect(state(undefined, { Action: 'Login', To_Account: BOB })).toMatchObject({ userId: BOB, change: 'login' })
  })

  it('acknowledges an action that it has not met, and refuses one of nobody', () => {
    expect(state({ Action: 'Teleport', To_Account: BOB })).toMatchObject({ kind: 'other' })
    expect(state({ Action: 'constructor', To_Account: BOB })).toMatchObject({ kind: 'other' })
    expect(() => state({ Action: 'Login' })).toThrow(/^CALLBACK_CONTRADICTORY missing=To_Account:/)
    expect(() => state({ To_Account: BOB })).toThrow(/^CALLBACK_CONTRADICTORY missing=Action:/)
  })
})

describe('readCallback of anything else', () => {
  const commands = [
    'Group.CallbackAfterRecallMsg',
    'Bot.OnC2CMessage',
    'Alert.RequestOverLimit',
    'constructor',
    '__proto__',
  ]
  it.each(commands)('acknowledges %s', (CallbackCommand) => {
    expect(readBody({ ...aMessageBody(), CallbackCommand })).toEqual({ kind: 'other', command: CallbackCommand })
  })

  it('knows a command by its exact name', () => {
    expect(readBody(aMessageBody({ CallbackCommand: 'C2C.CallbackAfterSendMsg2' }))).toMatchObject({ kind: 'other' })
    expect(readBody(aMessageBody({ CallbackCommand: 'c2c.callbackaftersendmsg' }))).toMatchObject({ kind: 'other' })
  })

  it('hands back what it cannot change of a message', () => {
    const picture = { MsgType: 'TIMImageElem', MsgContent: { UUID: 'u' } }
    const read = readBody(aMessageBody({ MsgBody: [textElement('a'), picture] }))
    expect(read).toMatchObject({
      elements: [
        { kind: 'text', text: 'a' },
        { kind: 'image', original: picture },
      ],
    })
  })
})
