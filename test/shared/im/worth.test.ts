import { describe, expect, it } from 'vitest'
import type { GroupMessage, SentMessage } from '../../../shared/im/callback.ts'
import { isWorthTelling, notFarAhead } from '../../../shared/im/worth.ts'
import { seconds } from '../../../shared/kernel/time.ts'
import { NOW } from '../../support/build.ts'
import { ADMIN, ALICE, BOB, IM_FIXTURES, readBody } from '../../support/im.ts'

const message: SentMessage = {
  kind: 'message',
  from: ALICE,
  to: BOB,
  key: '1_2_3',
  sentAt: NOW,
  elements: [{ kind: 'text', text: 'hi' }],
  cloudCustomData: '',
  isOnlineOnly: false,
  isDelivered: true,
}
const { to: _to, isDelivered: _isDelivered, ...written } = message
const group: GroupMessage = { ...written, kind: 'group-message', group: 'g', mentioned: [BOB] }

const isWorth = (changes: Partial<SentMessage> = {}) => isWorthTelling({ ...message, ...changes }, NOW, ADMIN)
const isGroupWorth = (changes: Partial<GroupMessage> = {}) => isWorthTelling({ ...group, ...changes }, NOW, ADMIN)

describe('isWorthTelling', () => {
  it.each(IM_FIXTURES.filter((each) => each.notifyCandidate !== undefined))('$name', ({ body, notifyCandidate }) => {
    const callback = readBody({ ...body })
    if (callback.kind !== 'message') throw new Error('no message')
    expect(isWorthTelling(callback, callback.sentAt, ADMIN)).toBe(notifyCandidate)
  })

  it('takes a message that somebody may have missed, from an administrator too', () => {
    expect(isWorth()).toBe(true)
    expect(isWorth({ from: ADMIN })).toBe(true)
    expect(isGroupWorth()).toBe(true)
  })

  const not: ReadonlyArray<readonly [what: string, changes: Partial<SentMessage>]> = [
    ['for whoever is online', { isOnlineOnly: true }],
    ['that was not delivered', { isDelivered: false }],
    ['in which nothing is to be seen', { elements: [] }],
    ['to oneself', { to: ALICE }],
    ['to the administrator', { to: ADMIN }],
    ['of more than ten minutes ago', { sentAt: seconds(NOW - 601) }],
    ['of more than ten minutes ahead', { sentAt: seconds(NOW + 601) }],
  ]
  it.each(not)('leaves out one %s', (_, changes) => {
    expect(isWorth(changes)).toBe(false)
  })

  it('takes one of ten minutes ago, and one of a clock that is ahead', () => {
    expect(isWorth({ sentAt: seconds(NOW - 600) })).toBe(true)
    expect(isWorth({ sentAt: seconds(NOW + 600) })).toBe(true)
  })

  it('leaves out a group message that mentions nobody, or the administrator alone', () => {
    expect(isGroupWorth({ mentioned: [] })).toBe(false)
    expect(isGroupWorth({ mentioned: [ADMIN] })).toBe(false)
    expect(isGroupWorth({ mentioned: [ADMIN, BOB] })).toBe(true)
    expect(isGroupWorth({ isOnlineOnly: true })).toBe(false)
  })
})

describe('notFarAhead', () => {
  it('keeps what is past, and what a clock may be ahead; a later time is ours', () => {
    expect(notFarAhead(seconds(1), NOW)).toBe(1)
    expect(notFarAhead(seconds(NOW + 600), NOW)).toBe(NOW + 600)
    expect(notFarAhead(seconds(NOW + 601), NOW)).toBe(NOW)
  })
})
