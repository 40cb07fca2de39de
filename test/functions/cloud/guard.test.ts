import { describe, expect, it } from 'vitest'
import { type CallContext, checkCaller } from '../../../functions/cloud/guard.ts'
import { readMessage } from '../../../shared/wechat/message.ts'
import { readWire, type WireDraft, writeWire } from '../../../shared/wechat/wire.ts'
import { anEventPush, aTextPush, OPEN_ID } from '../../support/build.ts'

const OTHER = 'oTEST_BBBBBBBBBBBBBBBBBBBBBB'
const PLATFORM = 'oWeChatPlatform0000000000000'

function check(draft: WireDraft, caller: Partial<CallContext>, isStrict = false): () => void {
  const { fields } = readWire(writeWire('json', draft))
  return () => checkCaller(fields, readMessage(fields), { openId: undefined, source: undefined, ...caller }, isStrict)
}

const payment = (from: string, openId: string) =>
  anEventPush({ FromUserName: from, Event: 'xpay_goods_deliver_notify', OpenId: openId })
const revoked = (from: string, openId: string) =>
  anEventPush({ FromUserName: from, Event: 'user_authorization_revoke', OpenID: openId })

describe('checkCaller', () => {
  it.each<readonly [string, WireDraft, string | undefined]>([
    ['a text of whoever calls', aTextPush(), OPEN_ID],
    ['a text, when nobody is known to call', aTextPush(), undefined],
    ['a text, when the caller’s openid is empty', aTextPush(), ''],
    ['an event of whoever calls', anEventPush(), OPEN_ID],
    ['a payment, when nobody is known to call', payment(PLATFORM, OPEN_ID), undefined],
    ['a payment that the account which sends it calls with', payment(PLATFORM, OPEN_ID), PLATFORM],
    ['a payment of whoever calls', payment(OPEN_ID, OPEN_ID), OPEN_ID],
    ['a withdrawn authorisation, when nobody is known to call', revoked(PLATFORM, OPEN_ID), undefined],
    ['a withdrawn authorisation of whoever calls', revoked(OPEN_ID, OPEN_ID), OPEN_ID],
  ])('lets in %s', (_, draft, openId) => {
    expect(check(draft, { openId })).not.toThrow()
  })

  it.each<readonly [string, WireDraft]>([
    ['a text of somebody else', aTextPush({ FromUserName: OTHER })],
    ['a text of nobody', aTextPush({ FromUserName: '' })],
    ['a text of somebody whose openid ends alike', aTextPush({ FromUserName: ` ${OPEN_ID}` })],
    ['an event of somebody else', anEventPush({ FromUserName: OTHER })],
    ['an event about somebody else', anEventPush({ OpenId: OTHER })],
    ['a text about somebody else', aTextPush({ OpenID: OTHER })],
    ['somebody else’s withdrawn authorisation', revoked(OPEN_ID, OTHER)],
    ['somebody else’s closed account', { ...revoked(OPEN_ID, OTHER), Event: 'user_authorization_cancellation' }],
    [
      'a withdrawn authorisation that names two',
      anEventPush({ Event: 'user_authorization_revoke', OpenId: OPEN_ID, OpenID: OTHER }),
    ],
    [
      'one whose second name is written with a blank',
      anEventPush({ Event: 'user_authorization_revoke', ' OpenID': OTHER }),
    ],
    ['what WeChat alone sends', payment(PLATFORM, OPEN_ID)],
    ['an event of a kind that nobody knows', anEventPush({ Event: 'new', FromUserName: OTHER })],
  ])('refuses %s', (_, draft) => {
    expect(check(draft, { openId: OPEN_ID })).toThrow(/^PUSH_FOREIGN kind=/)
  })

  it('names nobody', () => {
    expect(check(aTextPush({ FromUserName: OTHER }), { openId: OPEN_ID })).not.toThrow(
      new RegExp(`${OTHER}|${OPEN_ID}`),
    )
  })

  const CLIENT = ['wx_client', 'wx_devtools', 'wx_http', 'wx_client,scf', 'scf, wx_devtools', 'wx_unknown']
  it.each(CLIENT)('refuses what came through %s when it is strict, whoever calls', (source) => {
    for (const openId of [OPEN_ID, undefined]) {
      expect(check(aTextPush(), { openId, source }, true)).toThrow(/^PUSH_BY_CLIENT/)
      expect(check(aTextPush(), { openId, source })).not.toThrow()
    }
  })

  it.each(['wx_trigger', 'scf', 'wx_client_of_another_name', '', undefined])(
    'lets in what came through %s',
    (source) => {
      expect(check(aTextPush(), { openId: OPEN_ID, source }, true)).not.toThrow()
      expect(check(aTextPush({ FromUserName: OTHER }), { openId: OPEN_ID, source }, true)).toThrow(/^PUSH_FOREIGN/)
    },
  )
})
