import { describe, expect, it } from 'vitest'
import { seconds } from '../../../shared/kernel/time.ts'
import { decide } from '../../../shared/reply/decide.ts'
import { entriesOf } from '../../../shared/reply/ledger.ts'
import type { WireDraft } from '../../../shared/wechat/wire.ts'
import { anEventPush, aPush, aTextPush, NOW } from '../../support/build.ts'

const THEN = seconds(1_760_000_000)
const entriesIn = (draft: WireDraft, at = THEN) => entriesOf(aPush(draft).message, at)
const popup = (...List: readonly WireDraft[]) => anEventPush({ Event: 'subscribe_msg_popup_event', List })
const accept = (TemplateId: string): WireDraft => ({ TemplateId, SubscribeStatusString: 'accept' })

describe('entriesOf', () => {
  it('opens the window at whatever a person writes, and at entering', () => {
    for (const MsgType of ['text', 'image', 'miniprogrampage']) {
      expect(entriesIn(aTextPush({ MsgType }))).toEqual([{ kind: 'window', opened: 'message' }])
    }
    expect(entriesIn(anEventPush())).toEqual([{ kind: 'window', opened: 'enter' }])
  })

  it('enters every line of a popup in its order; what is no acceptance clears', () => {
    const lines = ['accept', 'reject', 'ban', 'filter', ''].map((SubscribeStatusString) => ({
      TemplateId: 'TMPL_A',
      SubscribeStatusString,
    }))
    const changes = entriesIn(popup(...lines, accept('TMPL_B')))
    expect(changes).toEqual(
      [
        ['TMPL_A', 'accept'],
        ['TMPL_A', 'clear'],
        ['TMPL_A', 'clear'],
        ['TMPL_A', 'clear'],
        ['TMPL_A', 'clear'],
        ['TMPL_B', 'accept'],
      ].map(([templateId, kind]) => ({ kind: 'permit', templateId, change: { kind, at: THEN } })),
    )
  })

  it('clears what a person turned off, in either format', () => {
    const line = { TemplateId: 'TMPL_A', SubscribeStatusString: 'reject' }
    const cleared = [{ kind: 'permit', templateId: 'TMPL_A', change: { kind: 'clear', at: THEN } }]
    const draft = anEventPush({ Event: 'subscribe_msg_change_event', SubscribeMsgChangeEvent: { List: [line] } })
    expect(entriesIn(draft)).toEqual(cleared)
    expect(entriesOf(aPush(draft, { format: 'xml' }).message, THEN)).toEqual(cleared)
  })

  it('takes a permit for spent when the message was sent, delivered or not', () => {
    const lines = ['0', '1'].map((ErrorCode, index) => ({
      TemplateId: 'TMPL_A',
      MsgID: `186432372646125568${index}`,
      ErrorCode,
    }))
    expect(entriesIn(anEventPush({ Event: 'subscribe_msg_sent_event', List: lines }))).toEqual(
      ['1864323726461255680', '1864323726461255681'].map((msgId) => ({
        kind: 'permit',
        templateId: 'TMPL_A',
        change: { kind: 'sent', at: THEN, msgId },
      })),
    )
  })

  it('leaves out a line that names no template or no message', () => {
    expect(entriesIn(popup(accept(''), {}))).toEqual([])
    const lines = [
      { TemplateId: 'TMPL_A', ErrorCode: '0' },
      { MsgID: '1', ErrorCode: '0' },
    ]
    expect(entriesIn(anEventPush({ Event: 'subscribe_msg_sent_event', List: lines }))).toEqual([])
  })

  it('erases the person whom the event names, not the account that sends it', () => {
    for (const Event of ['user_authorization_revoke', 'user_authorization_cancellation']) {
      expect(entriesIn(anEventPush({ Event, OpenID: 'oThePerson' }))).toEqual([{ kind: 'erase', openId: 'oThePerson' }])
      expect(entriesIn(anEventPush({ Event }))).toEqual([])
    }
    expect(entriesIn(anEventPush({ Event: 'user_info_modified', OpenID: 'oThePerson' }))).toEqual([])
  })
})

describe('the time of an entry', () => {
  const timeOf = (draft: WireDraft) => {
    const push = aPush(draft)
    return decide(push.message, push).actions.map((action) => action.kind === 'permit' && action.change.at)
  }

  it("is the event's own, or else when the push was signed", () => {
    expect(timeOf({ ...popup(accept('TMPL_A')), CreateTime: 1759999990 })).toEqual([1759999990])
    const { CreateTime: _, ...timeless } = popup(accept('TMPL_A'))
    expect(timeOf(timeless)).toEqual([NOW])
  })

  it('is the beginning of time where nobody says it', () => {
    const { CreateTime: _, ...timeless } = popup(accept('TMPL_A'))
    expect(decide(aPush(timeless).message).actions).toMatchObject([{ change: { kind: 'accept', at: 0 } }])
  })
})
