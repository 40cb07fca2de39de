import { describe, expect, it } from 'vitest'
import { decide } from '../../../shared/reply/decide.ts'
import { writeAnswer } from '../../../shared/wechat/answer.ts'
import { KINDS, readMessage } from '../../../shared/wechat/message.ts'
import { receivePush } from '../../../shared/wechat/receive.ts'
import { anEventPush, aPush, aTextPush } from '../../support/build.ts'
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
