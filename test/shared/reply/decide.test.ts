import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type About, SAMPLES, type Sample, VARIANTS } from '../../../dev/simulator/samples/index.ts'
import type { AppId } from '../../../shared/kernel/ids.ts'
import { decide, deciderOf } from '../../../shared/reply/decide.ts'
import type { RuleTable } from '../../../shared/reply/rule.ts'
import { run, transfer } from '../../../shared/reply/table.ts'
import { writeAnswer } from '../../../shared/wechat/answer.ts'
import { isPaymentEvent, KINDS, readMessage } from '../../../shared/wechat/message.ts'
import { receivePush } from '../../../shared/wechat/receive.ts'
import { type Format, readWire, writeWire } from '../../../shared/wechat/wire.ts'
import { anyDraft, anyFormat, anyText } from '../../support/arbitraries.ts'
import { anEventPush, aPush, aTextPush, NOW, OPEN_ID, ORIGINAL_ID } from '../../support/build.ts'
import { receiverOf, requestOf, vectorOf } from '../../support/vectors.ts'

const answerTo = (event: string) => decide(aPush(anEventPush({ Event: event })).message).answer

describe('decide', () => {
  it('hands a user who asks for a human agent to one, and nobody else', () => {
    const answers = ['人工', ' 人工\n', '人工客服', '人'].map(
      (Content) => decide(aPush(aTextPush({ Content })).message).answer.kind,
    )
    expect(answers).toEqual(['transfer_customer_service', 'transfer_customer_service', 'success', 'success'])
  })

  it("answers WeChat's published debug push with its published answer", () => {
    const [push, reply] = [vectorOf('mp-official-safe-json'), vectorOf('mp-official-reply-json')]
    const { trust, now } = receiverOf(push)
    const { query, body } = requestOf(push)
    const received = receivePush(query, Buffer.from(body), trust, now)
    const { answer } = decide(received.message)
    expect(writeAnswer(answer, { ...received, seal: undefined }, { now, random: () => Buffer.alloc(16) }).body).toBe(
      reply.plaintext,
    )
  })

  it('says of a payment that it has arrived, to a mini game in its own words', () => {
    expect(answerTo('xpay_goods_deliver_notify')).toEqual({ kind: 'xpay', errCode: 0, errMsg: 'success' })
    expect(answerTo('minigame_game_pay_goods_deliver_notify')).toEqual({
      kind: 'minigame',
      errCode: 0,
      errMsg: 'Success',
    })
  })

  it('never tells a courier that something is done which no rule of ours has done', () => {
    expect(answerTo('add_waybill')).toMatchObject({ kind: 'express', resultCode: -1 })
    expect(answerTo('transport_add_order')).toMatchObject({ kind: 'delivery', resultCode: -1 })
  })

  it('acknowledges what it does not know', () => {
    expect(decide(readMessage({ MsgType: 'event', Event: 'brand_new_event' })).answer).toEqual({ kind: 'success' })
    expect(decide(readMessage({})).answer).toEqual({ kind: 'success' })
  })

  it('answers every kind, and every delivery of it alike', () => {
    for (const kind of KINDS) expect(answerTo(kind)).toEqual(answerTo(kind))
  })
})

const ABOUT: Omit<About, 'format'> = {
  appId: 'wx0123456789abcdef' as AppId,
  originalId: ORIGINAL_ID,
  openId: OPEN_ID,
  createTime: NOW,
  id: 9_123_456_789_012_345_671n,
}

const messageOf = (sample: Sample, format: Format) =>
  readMessage(readWire(writeWire(format, sample.draft({ ...ABOUT, format }))).fields)

describe('a decision', () => {
  const decided = (sample: Sample, format: Format) => decide(messageOf(sample, format), { signedAt: NOW })

  it.each(Object.entries({ ...SAMPLES, ...VARIANTS }))(
    'on %s is the same in both formats and each time',
    (_, sample) => {
      expect(decided(sample, 'json')).toEqual(decided(sample, 'xml'))
      expect(decided(sample, 'json')).toEqual(decided(sample, 'json'))
    },
  )

  it('that does something concerns these kinds and no other', () => {
    const active = KINDS.filter((kind) => decided(SAMPLES[kind], 'json').actions.length > 0)
    expect(active.toSorted()).toEqual([
      'image',
      'miniprogrampage',
      'subscribe_msg_change_event',
      'subscribe_msg_popup_event',
      'subscribe_msg_sent_event',
      'text',
      'user_authorization_cancellation',
      'user_authorization_revoke',
      'user_enter_tempsession',
    ])
  })

  it('comes of every text that a person can write', () => {
    fc.assert(
      fc.property(anyText, (Content) => {
        const { answer, actions } = decide(readMessage({ MsgType: 'text', Content }))
        expect(['success', 'transfer_customer_service']).toContain(answer.kind)
        expect(actions.map(({ kind }) => kind)).toEqual([
          'window',
          expect.stringMatching(/^(send|run)$/),
          ...actions.slice(2).map(() => 'send'),
        ])
      }),
    )
  })

  it('comes of every body, and is the same when it is read again', () => {
    const anyKind = fc.constantFrom(...KINDS)
    fc.assert(
      fc.property(anyKind, anyDraft, anyFormat, (kind, members, format) => {
        const text = writeWire(format, { ...members, MsgType: 'event', Event: kind })
        const once = decide(readMessage(readWire(text).fields))
        expect(decide(readMessage(readWire(text).fields))).toEqual(once)
        expect(isPaymentEvent(kind)).toBe(once.answer.kind === 'xpay')
      }),
    )
  })

  it('comes of a text that is written to keep us busy', () => {
    const texts = ['.', ' ', '　', '订单', '\ufdfa', '1'].map((piece) => `${piece.repeat(80_000)}x`)
    for (const Content of texts) expect(decide(readMessage({ MsgType: 'text', Content })).actions).toHaveLength(2)
  })
})

describe('deciderOf', () => {
  const aTable = (changes: Partial<RuleTable>): RuleTable => ({
    welcome: [],
    keywords: [],
    otherwise: { text: [], image: transfer, miniprogrampage: [transfer, '请稍候'] },
    events: {},
    ...changes,
  })
  const windowed = (...actions: readonly unknown[]) => [{ kind: 'window', opened: 'message' }, ...actions]

  it('can hand everything to the human agents, with or without a word', () => {
    const decideByTable = deciderOf(aTable({}))
    const [image, card] = ['image', 'miniprogrampage'].map((MsgType) => decideByTable(readMessage({ MsgType })))
    expect(image).toEqual({ answer: { kind: 'transfer_customer_service' }, actions: windowed() })
    expect(card).toEqual({
      answer: { kind: 'transfer_customer_service' },
      actions: windowed({ kind: 'send', message: { kind: 'text', content: '请稍候' } }),
    })
  })

  it('opens the window even where nothing is said', () => {
    const decideByTable = deciderOf(aTable({}))
    expect(decideByTable(readMessage({ MsgType: 'text', Content: '好' })).actions).toEqual(windowed())
    const entered = readMessage({ MsgType: 'event', Event: 'user_enter_tempsession' })
    expect(decideByTable(entered).actions).toEqual([{ kind: 'window', opened: 'enter' }])
  })

  it('runs what an event asks for, after what is kept about the person, and answers as ever', () => {
    const handling = run('orderStatus')
    const decideByTable = deciderOf(
      aTable({
        events: {
          xpay_goods_deliver_notify: handling,
          user_authorization_revoke: [handling, handling],
          unknown: handling,
        },
      }),
    )
    const on = (Event: string) => decideByTable(aPush(anEventPush({ Event, OpenID: 'oThePerson' })).message)
    expect(on('xpay_goods_deliver_notify')).toEqual({
      answer: { kind: 'xpay', errCode: 0, errMsg: 'success' },
      actions: [handling],
    })
    expect(on('user_authorization_revoke').actions).toEqual([
      { kind: 'erase', openId: 'oThePerson' },
      handling,
      handling,
    ])
    expect(on('an_event_to_come').actions).toEqual([handling])
    expect(on('xpay_refund_notify').actions).toEqual([])
  })
})
