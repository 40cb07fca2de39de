import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  isDeliveryEvent,
  isExpressEvent,
  isMiniGameEvent,
  isPaymentEvent,
  KINDS,
  type PushMessage,
  readMessage,
} from '../../../shared/wechat/message.ts'
import { readWire, type WireTree } from '../../../shared/wechat/wire.ts'

const read = (body: object): PushMessage => readMessage(readWire(JSON.stringify(body)).fields)
const event = (name: unknown, members: object = {}): PushMessage => read({ MsgType: 'event', Event: name, ...members })

describe('readMessage', () => {
  test('types a message by its kind', () => {
    expectTypeOf<Extract<PushMessage, { kind: 'text' }>['content']>().toEqualTypeOf<string>()
    const message = event('wxa_media_check', { result: { suggest: 'risky', label: 20002 } })
    if (message.kind !== 'wxa_media_check') throw new TypeError(message.kind)
    expectTypeOf(message.result.suggest).toEqualTypeOf<string>()
    expectTypeOf(message.detail[0]?.prob).toEqualTypeOf<number | undefined>()
    expect(message.result).toEqual({ suggest: 'risky', label: 20002 })
  })

  test('keeps every digit of an id and the zeros of a text', () => {
    const { fields } = readWire('{"MsgType":"text","MsgId":9223372036854775807,"Content":"00123"}')
    expect(readMessage(fields)).toMatchObject({ kind: 'text', msgId: '9223372036854775807', content: '00123' })
  })

  test('reads a body without any member as unknown', () => {
    expect(readMessage(readWire('{}').fields)).toEqual({
      kind: 'unknown',
      toUserName: '',
      fromUserName: '',
      createTime: undefined,
      msgType: '',
      event: '',
      infoType: '',
      fields: {},
    })
  })

  test('leaves what is missing empty', () => {
    expect(read({ MsgType: 'text' })).toMatchObject({ kind: 'text', content: '', msgId: '', createTime: undefined })
    expect(event('subscribe_msg_popup_event')).toMatchObject({ list: [] })
    expect(event('xpay_goods_deliver_notify')).toMatchObject({ weChatPayInfo: undefined, goodsInfo: { productId: '' } })
  })

  test('leaves what is no number, or no text, empty', () => {
    const message = event('trade_manage_remind_shipping', { pay_time: 'soon', msg: { text: 'x' }, merchant_id: ['1'] })
    expect(message).toMatchObject({ payTime: undefined, msg: '', merchantId: '' })
    expect(event('wxa_media_check', { result: 'risky', detail: 'none' })).toMatchObject({ result: { suggest: '' } })
  })

  test('ignores members that the catalogue does not know', () => {
    expect(Object.keys(event('debug_demo', { debug_str: 'a', more: 'b' }))).toEqual([
      'toUserName',
      'fromUserName',
      'createTime',
      'kind',
      'debugStr',
    ])
  })

  test.each(['DEBUG_DEMO', ' Debug_Demo ', 'debug demo'])('takes the event %j for debug_demo', (name) => {
    expect(event(name).kind).toBe('debug_demo')
  })

  test.each(['Event', 'EVENT', ' event'])('takes the message type %j for event', (MsgType) => {
    expect(read({ MsgType, Event: 'debug_demo' }).kind).toBe('debug_demo')
  })

  test.each([
    'wxa_future_event',
    'text',
    'unknown',
    'constructor',
    '__proto__',
    'toString',
    '',
    { of: 'another kind' },
    ['debug_demo'],
  ])('hands over the event %j whole', (name) => {
    const message = event(name, { More: { Than: '1' } })
    expect(message).toMatchObject({ kind: 'unknown', msgType: 'event', fields: { More: { Than: '1' } } })
  })

  test.each(['voice', 'video', 'debug_demo', 'user_enter_tempsession'])(
    'hands over the message type %j whole',
    (MsgType) => {
      expect(read({ MsgType, MediaId: 'm' })).toMatchObject({ kind: 'unknown', msgType: MsgType })
    },
  )

  test('does not take an event for a message because of its members', () => {
    expect(read({ Event: 'debug_demo' }).kind).toBe('unknown')
    const inquiry = { channel_bill: 'b', provide_status: '1', pay_order_id: '1' }
    expect(read({ MsgType: 'text', Content: 'x', ...inquiry }).kind).toBe('text')
    expect(event('wxa_future_event', inquiry).kind).toBe('unknown')
    expect(event(undefined, inquiry).kind).toBe('xpay_subscribe_ios_refund_query_notify')
    expect(event(undefined, { channel_bill: 'b', provide_status: '1' }).kind).toBe('unknown')
  })

  test('is not misled by names of JavaScript', () => {
    const fields: WireTree = readWire('{"MsgType":"text","__proto__":{"Content":"no"},"constructor":"no"}').fields
    expect(readMessage(fields)).toMatchObject({ kind: 'text', content: '' })
  })

  test('takes blanks around a name for none', () => {
    expect(read({ ' MsgType ': 'text', ' Content': 'x' })).toMatchObject({ kind: 'text', content: 'x' })
  })
})

describe('the families that want an answer of their own', () => {
  const among = (guard: (kind: string) => boolean): readonly string[] => KINDS.filter(guard)

  test('courier companies are asked in 14 ways', () => {
    expect(among(isExpressEvent)).toHaveLength(14)
    expect(isExpressEvent('add_waybill')).toBe(true)
    expect(isExpressEvent('add_express_path')).toBe(false)
    expect(isExpressEvent('update_business_bind_result')).toBe(false)
  })

  test('delivery companies are asked in 14 ways, and the merchant is not one', () => {
    expect(among(isDeliveryEvent)).toHaveLength(14)
    expect(isDeliveryEvent('mock_update_order_status')).toBe(true)
    expect(isDeliveryEvent('update_waybill_status')).toBe(false)
  })

  test('virtual payment has all of xpay_ but the refund inquiry', () => {
    const named = KINDS.filter((kind) => /^xpay_/.test(kind))
    expect(named.filter((kind) => !isPaymentEvent(kind))).toEqual(['xpay_subscribe_ios_refund_query_notify'])
    expect(among(isPaymentEvent)).toHaveLength(named.length - 1)
  })

  test('mini games have all of minigame_', () => {
    expect(among(isMiniGameEvent)).toEqual(KINDS.filter((kind) => /^minigame_/.test(kind)))
  })

  test.each(['unknown', 'text', '', 'constructor', 'toString'])('%j is of none', (kind) => {
    expect([isExpressEvent(kind), isDeliveryEvent(kind), isPaymentEvent(kind)]).toEqual([false, false, false])
  })
})
