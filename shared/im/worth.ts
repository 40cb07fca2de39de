import type { UserId } from '../kernel/ids.ts'
import { type Seconds, seconds } from '../kernel/time.ts'
import type { GroupMessage, SentMessage } from './callback.ts'
import { previewOf } from './preview.ts'

/** Nobody is told later than that of a message, and no clock is so far ahead of ours. */
const MAX_LATE = seconds(600)

/** Whether somebody is to be told of a message, as far as it says itself. */
export function isWorthTelling(message: SentMessage | GroupMessage, now: Seconds, admin: UserId): boolean {
  if (message.isOnlineOnly || previewOf(message.elements) === '') return false
  if (Math.abs(now - message.sentAt) > MAX_LATE) return false
  if (message.kind === 'group-message') return message.mentioned.some((userId) => userId !== admin)
  return message.isDelivered && message.to !== message.from && message.to !== admin
}

/** A time of IM's; one that is far ahead of ours would hide all that comes after it. */
export const notFarAhead = (at: Seconds, now: Seconds): Seconds => (at - now > MAX_LATE ? now : at)
