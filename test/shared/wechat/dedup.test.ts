import { describe, expect, it } from 'vitest'
import { seconds } from '../../../shared/kernel/time.ts'
import { dedupKeyOf } from '../../../shared/wechat/dedup.ts'
import { receivePush } from '../../../shared/wechat/receive.ts'
import type { WireDraft } from '../../../shared/wechat/wire.ts'
import { aDelivery, anEventPush, aPush, aTextPush, aTrust, type DeliveryChanges, NOW } from '../../support/build.ts'

const keyOf = (draft: WireDraft, changes: DeliveryChanges = {}) => dedupKeyOf(aPush(draft, changes).fields)
const later: DeliveryChanges = { now: seconds(NOW + 5), nonce: '1234567890', random: Buffer.from('fedcba9876543210') }

describe('dedupKeyOf', () => {
  it('is the MsgId of a message, every digit of it', () => {
    expect(keyOf(aTextPush({ MsgId: 23637352235060881n }))).toBe('msg-23637352235060881')
    expect(keyOf(aTextPush({ MsgId: 23637352235060882n }))).toBe('msg-23637352235060882')
  })

  for (const [what, draft] of [['message', aTextPush()] as const, ['event', anEventPush()] as const]) {
    for (const mode of ['plaintext', 'compatible', 'safe'] as const) {
      it(`is the same for a retry of ${what === 'event' ? 'an' : 'a'} ${what} signed and sealed anew, ${mode}`, () => {
        expect(keyOf(draft, { mode, ...later })).toBe(keyOf(draft, { mode }))
      })
    }

    it(`is the same for ${what === 'event' ? 'an' : 'a'} ${what} in all modes and formats`, () => {
      const modes = ['plaintext', 'compatible', 'safe'] as const
      const keys = modes.flatMap((mode) => [
        keyOf(draft, { mode, format: 'xml' }),
        keyOf(draft, { mode, format: 'json' }),
      ])
      expect(new Set(keys).size).toBe(1)
    })

    for (const format of ['json', 'xml'] as const) {
      it(`is the same for a retry of ${what} as ${format} that compatible mode sealed anew and we read as plain`, () => {
        const keys = [{}, later].map((changes) => {
          const { query, body } = aDelivery(draft, { mode: 'compatible', format, ...changes })
          return dedupKeyOf(receivePush(query, Buffer.from(body), aTrust({ mode: 'plaintext' }), NOW).fields)
        })
        expect(keys[1]).toBe(keys[0])
        expect(keys[0]).toBe(keyOf(draft))
      })
    }
  }

  it('is the same for a retry that counts itself', () => {
    const retry = (times: number) => keyOf(anEventPush({ Event: 'xpay_refund_notify', RetryTimes: times }))
    expect(retry(1)).toBe(retry(0))
  })

  it('is the same when the members come in another order, or a list of one as its entry', () => {
    const entry = { TemplateId: 'TMPL_A', SubscribeStatusString: 'accept' }
    const key = keyOf(anEventPush({ List: [entry], Extra: '1' }))
    expect(
      keyOf({ Extra: '1', List: { SubscribeStatusString: 'accept', TemplateId: 'TMPL_A' }, ...anEventPush() }),
    ).toBe(key)
  })

  it('tells apart what only looks alike', () => {
    const pairs: readonly (readonly [WireDraft, WireDraft])[] = [
      [
        { X: { x: '1', y: '2' } },
        {
          X: [
            ['x', '1'],
            ['y', '2'],
          ],
        },
      ],
      [{ X: {} }, { X: [] }],
      [{ CreateTime: [1, 2] }, { CreateTime: [1, 3] }],
    ]
    for (const [left, right] of pairs) expect(keyOf(anEventPush(left))).not.toBe(keyOf(anEventPush(right)))
  })

  it('does not depend on what the catalogue knows', () => {
    expect(keyOf(aTextPush({ MsgType: 'voice', MsgId: 77 }))).toBe('msg-77')
  })

  it.each([0, -1, '', ' ', 'null'])('is no MsgId that is none: %j', (MsgId) => {
    expect(keyOf(aTextPush({ MsgId, Content: 'a' }))).not.toBe(keyOf(aTextPush({ MsgId, Content: 'b' })))
  })

  const differences: Readonly<Record<string, WireDraft>> = {
    'a second later': { CreateTime: 1760000001 },
    'of another name': { Event: 'user_enter_tempsessioN ' },
    'that says something else': { SessionFrom: '订单详请' },
    'that says something more': { Extra: '' },
  }
  for (const [what, change] of Object.entries(differences)) {
    it(`is another for an event ${what}`, () => {
      expect(keyOf(anEventPush(change))).not.toBe(keyOf(anEventPush()))
    })
  }

  it('takes a message without MsgId by its time and content', () => {
    const draft = aTextPush({ MsgId: '' })
    expect(keyOf(draft)).toMatch(/^event-1760000000-text-[0-9a-f]{64}$/)
    expect(keyOf(aTextPush({ MsgId: '', Content: '?' }))).not.toBe(keyOf(draft))
  })

  it('holds for a push without any member', () => {
    expect(keyOf({})).toMatch(/^event-0-unknown-[0-9a-f]{64}$/)
  })
})
