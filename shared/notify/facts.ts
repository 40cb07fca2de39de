import type { UserId } from '../kernel/ids.ts'
import { seconds } from '../kernel/time.ts'
import type { NoticeFacts } from '../reply/notice.ts'
import type { KeptNotice } from '../store/notify.ts'

/** What was missed, in sum: the last of it first. */
export function factsOf(unseen: readonly KeptNotice[]): NoticeFacts {
  const counts = new Map<UserId, number>()
  for (const { from } of unseen.toReversed()) counts.set(from, (counts.get(from) ?? 0) + 1)
  const last = unseen.at(-1)
  return {
    count: unseen.length,
    senders: [...counts].map(([userId, count]) => ({ userId, count })),
    preview: last?.preview ?? '',
    sentAt: last?.sentAt ?? seconds(0),
    groups: [...new Set(unseen.flatMap(({ group }) => group ?? []))],
  }
}
