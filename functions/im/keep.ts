import type { Callback, StateCallback } from '../../shared/im/callback.ts'
import { previewOf } from '../../shared/im/preview.ts'
import { isWorthTelling, notFarAhead } from '../../shared/im/worth.ts'
import type { UserId } from '../../shared/kernel/ids.ts'
import { type Millis, type Seconds, toMillis, toSeconds } from '../../shared/kernel/time.ts'
import type { NoticeInbox, Receipt } from '../../shared/store/notice.ts'

interface KeepDeps {
  readonly notices: NoticeInbox
  readonly admin: UserId
}

/**
 * What is to be remembered of a callback, with one write or none.
 * @throws {Fault} TABLE_UNAVAILABLE
 */
export async function keep(
  callback: Callback,
  now: Seconds,
  { notices, admin }: KeepDeps,
): Promise<Receipt | 'nothing'> {
  switch (callback.kind) {
    case 'message': {
      if (!isWorthTelling(callback, now, admin)) return 'nothing'
      const { to, from, key, sentAt, elements } = callback
      return notices.notice({ to, from, key, sentAt, preview: previewOf(elements) })
    }
    case 'group-message': {
      if (!isWorthTelling(callback, now, admin)) return 'nothing'
      const { group, from, key, sentAt, elements, mentioned } = callback
      const to = mentioned.filter((userId) => userId !== admin)
      return notices.mention({ group, from, key, sentAt, to, preview: previewOf(elements) })
    }
    case 'recall':
      return notices.recall(callback)
    case 'read':
      return notices.read({ reader: callback.reader, peer: callback.peer, until: notFarAhead(callback.until, now) })
    case 'state':
      return callback.change === 'custom-status' ? 'nothing' : keepState(callback, now, notices)
    default:
      return 'nothing'
  }
}

function keepState({ userId, platform, change, at, kicked }: StateCallback, now: Seconds, notices: NoticeInbox) {
  return notices.stateChange({ userId, platform, isOnline: change === 'login', at: momentOf(at, now), kicked })
}

/** Ours, of what says a time that would hide all that comes after it. */
function momentOf(at: Millis, now: Seconds): Millis {
  const second = toSeconds(at)
  return notFarAhead(second, now) === second ? at : toMillis(now)
}
