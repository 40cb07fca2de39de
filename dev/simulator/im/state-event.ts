import { type Millis, millis } from '../../../shared/kernel/time.ts'
import type { CallbackEvent } from './callback-sender.ts'
import { type ImPlatform, inStateChange } from './platform.ts'

const COMMAND = 'State.StateChange'

interface Change {
  readonly action: string
  readonly reason: string
  readonly more?: Readonly<Record<string, unknown>>
}

function stateEvent(userId: string, platform: ImPlatform, at: Millis, { action, reason, more }: Change): CallbackEvent {
  return {
    command: COMMAND,
    platform: inStateChange(platform),
    body: {
      CallbackCommand: COMMAND,
      EventTime: at,
      Info: { Action: action, To_Account: userId, Reason: reason },
      ...more,
    },
  }
}

/** One callback tells of a login and of whom it pushed off. */
export const loginEvent = (
  userId: string,
  platform: ImPlatform,
  at: Millis,
  kicked: readonly ImPlatform[],
): CallbackEvent => {
  const more = kicked.length === 0 ? {} : { KickedDevice: kicked.map((Platform) => ({ Platform })) }
  return stateEvent(userId, platform, at, { action: 'Login', reason: 'Register', more })
}

export const logoutEvent = (userId: string, platform: ImPlatform, at: Millis): CallbackEvent =>
  stateEvent(userId, platform, at, { action: 'Logout', reason: 'Unregister' })

export const disconnectEvent = (
  userId: string,
  platform: ImPlatform,
  at: Millis,
  reason: 'LinkClose' | 'TimeOut',
): CallbackEvent => stateEvent(userId, platform, at, { action: 'Disconnect', reason })

export const customStatusEvent = (userId: string, platform: ImPlatform, at: Millis, text: string): CallbackEvent =>
  stateEvent(userId, platform, at, {
    action: 'CustomStatusChange',
    reason: 'SetCustomStatus',
    more: { CustomStatus: text },
  })

/** No two events of a person are of the same millisecond, though the clock may stand still. */
export function eventTimes(): (userId: string, at: Millis) => Millis {
  const last = new Map<string, Millis>()
  return (userId, at) => {
    const before = last.get(userId)
    const time = before !== undefined && at <= before ? millis(before + 1) : at
    last.set(userId, time)
    return time
  }
}
