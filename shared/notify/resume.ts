import { type Millis, millis, type Seconds } from '../kernel/time.ts'
import type { Notify } from '../store/notify.ts'
import { isUntold, type Permit, released } from '../store/permit.ts'

interface Known {
  readonly notify: Notify
  readonly permit: Permit
}

/** How somebody's work was left that has died while it sent. */
export interface Resumed extends Known {
  readonly left: 'nothing' | 'sent' | 'unsent'
}

/**
 * WeChat tells of every message that it has sent (`subscribe_msg_sent_event`), and that closes the send in the permit. By the end
 * of the lease one of which it has not told has not gone out.
 */
export function resume({ notify, permit }: Known): Resumed {
  const { sending } = notify
  if (sending === undefined) return { notify, permit, left: 'nothing' }
  const { toldUntil, alsoTold, openFrom, at } = sending
  const next: Notify['next'] = { state: 'waiting', dueAt: millis(0), reason: 'sending' }
  if (isUntold(permit, sending.id)) {
    const before = {
      ...notify,
      toldUntil,
      alsoTold,
      openFrom: earlier(notify.openFrom, openFrom),
      sending: undefined,
      next,
    }
    return { notify: before, permit: released(permit, sending.id), left: 'unsent' }
  }
  return { notify: { ...notify, ...sentOnce(notify, notify.step, at), next }, permit, left: 'sent' }
}

/** Of two of IM's times. */
export const earlier = (one: Seconds | undefined, other: Seconds | undefined): Seconds | undefined =>
  one === undefined || (other !== undefined && other < one) ? other : one

const DAY = 86_400_000

/** One message more in a row, after `step` others; a limit of a day counts no others. */
export const sentOnce = ({ sentAt }: Notify, step: number, at: Millis) => ({
  sentAt: [...sentAt, at].filter((each) => each > at - DAY),
  step: step + 1,
  tries: 0,
  sending: undefined,
})
