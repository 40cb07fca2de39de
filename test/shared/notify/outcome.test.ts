import { describe, expect, it } from 'vitest'
import type { MsgId } from '../../../shared/kernel/ids.ts'
import { isFinal, outcomeOf, type SendOutcome } from '../../../shared/notify/outcome.ts'
import type { Next } from '../../../shared/wechat/errcode.ts'
import { ERRCODES } from '../../../shared/wechat/errcode.ts'
import type { Spent } from '../../../shared/wechat/spend.ts'

const msgId = '1864323726461255680' as MsgId
const refused = (next: Next): Spent => ({ kind: 'refused', failure: { next, reason: 'why', errcode: 1 } })

describe('outcomeOf', () => {
  it.each<[Spent, SendOutcome]>([
    [
      { kind: 'sent', msgId },
      { kind: 'sent', msgId },
    ],
    [{ kind: 'sent', msgId: undefined }, { kind: 'sent' }],
    [{ kind: 'unsure' }, { kind: 'unsure' }],
    [{ kind: 'declined', failure: { next: 'end', reason: 'why', errcode: 1 } }, { kind: 'declined' }],
    [refused('end'), { kind: 'refused', reason: 'why', errcode: 1 }],
    [refused('mend'), { kind: 'refused', reason: 'why', errcode: 1 }],
    [refused('again'), { kind: 'try-again', reason: 'why', errcode: 1 }],
    [refused('in-a-minute'), { kind: 'try-again', reason: 'why', errcode: 1 }],
    [refused('tomorrow'), { kind: 'try-again', reason: 'why', errcode: 1 }],
    [refused('refresh'), { kind: 'try-again', reason: 'why', errcode: 1 }],
    [refused('configure'), { kind: 'try-again', reason: 'why', errcode: 1 }],
    [
      { kind: 'refused', failure: { next: 'again', reason: 'WECHAT_UNREACHABLE' } },
      { kind: 'try-again', reason: 'WECHAT_UNREACHABLE' },
    ],
  ])('of %j is %j', (spent, outcome) => {
    expect(outcomeOf(spent)).toEqual(outcome)
  })

  it('knows what every errcode of the table asks for', () => {
    for (const { next } of Object.values(ERRCODES)) {
      expect(['refused', 'try-again']).toContain(outcomeOf(refused(next)).kind)
    }
  })
})

describe('isFinal', () => {
  it.each<[SendOutcome['kind'], boolean]>([
    ['sent', true],
    ['unsure', true],
    ['no-permit', true],
    ['declined', true],
    ['unknown-person', true],
    ['refused', true],
    ['try-again', false],
    ['in-progress', false],
  ])('%s: %s', (kind, is) => {
    expect(isFinal({ kind, reason: 'why' } as SendOutcome)).toBe(is)
  })
})
