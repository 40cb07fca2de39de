import { describe, expect, it } from 'vitest'
import type { MsgId } from '../../../shared/kernel/ids.ts'
import { millis, seconds } from '../../../shared/kernel/time.ts'
import { earlier, resume, sentOnce } from '../../../shared/notify/resume.ts'
import { NO_NOTIFY, type Notify } from '../../../shared/store/notify.ts'
import { accepted, denied, remaining, reserved, told } from '../../../shared/store/permit.ts'
import { NOW } from '../../support/build.ts'
import { aPermit, T0 } from '../../support/notices.ts'

const SENDING = {
  id: 's1',
  at: millis(T0),
  until: millis(T0 + 300_000),
  toldUntil: millis(T0 - 9),
  alsoTold: ['old'],
  openFrom: seconds(NOW - 20),
}
const left: Notify = {
  ...NO_NOTIFY,
  version: 7,
  toldUntil: millis(T0 - 1),
  alsoTold: ['new'],
  sentAt: [millis(T0 - 100)],
  step: 1,
  sending: SENDING,
  next: { state: 'waiting', dueAt: SENDING.until, reason: 'sending' },
}
const permit = reserved(aPermit(3), 's1', NOW)
const msgId = '1864323726461255681' as MsgId

describe('resume', () => {
  it('leaves alone whoever has nothing under way', () => {
    const notify = { ...left, sending: undefined }
    expect(resume({ notify, permit })).toEqual({ notify, permit, left: 'nothing' })
  })

  it('takes for unsent what WeChat has not told of: nothing of it was told, and the permit is free', () => {
    const resumed = resume({ notify: left, permit })
    expect(resumed.left).toBe('unsent')
    expect(resumed.notify).toMatchObject({
      version: 7,
      toldUntil: T0 - 9,
      alsoTold: ['old'],
      openFrom: NOW - 20,
      step: 1,
      sending: undefined,
    })
    expect(resumed.notify.next).toMatchObject({ state: 'waiting' })
    expect([remaining(resumed.permit), resumed.permit.open]).toEqual([3, []])
  })

  it('takes for sent what WeChat has told of', () => {
    const resumed = resume({ notify: left, permit: told(permit, msgId, NOW) })
    expect(resumed.left).toBe('sent')
    expect(resumed.notify).toMatchObject({ toldUntil: T0 - 1, alsoTold: ['new'], step: 2, sending: undefined })
    expect(resumed.notify.sentAt).toEqual([T0 - 100, T0])
    expect(remaining(resumed.permit)).toBe(2)
  })

  it('knows from when on to read, whether it went out or not, for a message that came late meanwhile', () => {
    const late = { ...left, openFrom: seconds(NOW - 30) }
    expect(resume({ notify: late, permit }).notify.openFrom).toBe(NOW - 30)
    const sent = resume({ notify: late, permit: told(permit, msgId, NOW) })
    expect([sent.left, sent.notify.openFrom]).toEqual(['sent', NOW - 30])
  })

  it('takes for sent what WeChat has answered', () => {
    expect(resume({ notify: left, permit: accepted(permit, 's1', NOW, msgId) }).left).toBe('sent')
  })

  it('does not take another’s open send for its own', () => {
    const other = reserved(told(permit, msgId, NOW), 's2', NOW)
    expect(resume({ notify: left, permit: other })).toMatchObject({ left: 'sent', permit: other })
  })

  it('does not give back what the person has withdrawn', () => {
    const resumed = resume({ notify: left, permit: denied(permit, 'another', NOW) })
    expect(remaining(resumed.permit)).toBe(0)
  })
})

describe('earlier', () => {
  it('is of two times the one before, and of one that one', () => {
    const [one, other] = [seconds(1), seconds(2)]
    expect([earlier(one, other), earlier(other, one)]).toEqual([1, 1])
    expect([earlier(one, undefined), earlier(undefined, one), earlier(undefined, undefined)]).toEqual([1, 1, undefined])
  })
})

describe('sentOnce', () => {
  it('counts one more in a row, and of a day no more than its messages', () => {
    const day = 86_400_000
    const notify = { ...left, sentAt: [T0 - day - 1, T0 - day, T0 - day + 1].map(millis), tries: 4 }
    expect(sentOnce(notify, 3, millis(T0))).toEqual({
      sentAt: [T0 - day + 1, T0],
      step: 4,
      tries: 0,
      sending: undefined,
    })
  })
})
