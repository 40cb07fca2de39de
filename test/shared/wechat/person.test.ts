import { describe, expect, it } from 'vitest'
import { writeSample } from '../../../dev/simulator/writer.ts'
import { personOf } from '../../../shared/wechat/person.ts'
import { FORMATS, readWire } from '../../../shared/wechat/wire.ts'
import { APP_ID, OPEN_ID } from '../../support/build.ts'

const personIn = (sample: string, format: 'json' | 'xml'): string =>
  personOf(readWire(writeSample(sample, { appId: APP_ID, format, openId: OPEN_ID })).fields)

describe.each(FORMATS)('personOf, %s', (format) => {
  it.each(['text', 'user_enter_tempsession', 'subscribe_msg_popup_event'])('is the sender of %s', (sample) => {
    expect(personIn(sample, format)).toBe(OPEN_ID)
  })

  it.each([
    'xpay_goods_deliver_notify',
    'xpay_refund_notify',
    'user_authorization_revoke',
    'user_authorization_cancellation',
  ])('is whom %s names, not the account that tells of it', (sample) => {
    expect(personIn(sample, format)).toBe(OPEN_ID)
  })

  it('is the account for what is about nobody', () => {
    expect(personIn('wxa_nickname_audit', format)).not.toBe(OPEN_ID)
    expect(personIn('wxa_nickname_audit', format)).not.toBe('')
  })
})
