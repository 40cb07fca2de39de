import { type Clock, type Seconds, toSeconds } from '../kernel/time.ts'
import { type Item, numberOf, TTL } from './item.ts'
import type { NoticeInbox, Receipt } from './notice.ts'
import {
  lateLoginItem,
  mentionItem,
  newsOf,
  noticeItem,
  presenceItem,
  presenceOf,
  readItem,
  readingOf,
  recalledItem,
} from './notice-item.ts'

interface MemoryNotices extends NoticeInbox {
  /** All that is kept, as it would stand in the table. */
  items(): readonly Item[]
}

/** What IM tells, for one process and for tests. */
export function memoryNotices(clock: Clock): MemoryNotices {
  const kept = new Map<string, Item>()

  const alive = (item: Item | undefined, now: Seconds): Item | undefined =>
    item !== undefined && numberOf(item[TTL]) > now ? item : undefined

  function put(item: Item, isNews: (before: Item) => boolean): Receipt {
    const before = alive(kept.get(keyOf(item)), toSeconds(clock()))
    if (before !== undefined && !isNews(before)) return 'seen'
    kept.set(keyOf(item), item)
    return 'new'
  }

  const stamp = () => ({ at: clock(), receipt: '-' })

  return {
    items: () => [...kept.values()],
    notice: async (notice) => put(noticeItem(notice, stamp()), () => false),
    mention: async (mention) => put(mentionItem(mention, stamp()), () => false),
    recall: async (message) => put(recalledItem(message, stamp()), ({ outcome }) => outcome?.S !== 'recalled'),
    read: async (reading) => put(readItem(reading, stamp()), (before) => readingOf(before).until < reading.until),
    async stateChange(change) {
      const before = alive(kept.get(keyOf(presenceItem(change, stamp()))), toSeconds(clock()))
      const news = newsOf(change, before === undefined ? undefined : presenceOf(before))
      const item = news === undefined ? lateLoginItem(change, before ?? {}, stamp()) : presenceItem(news, stamp())
      return item === undefined ? 'seen' : put({ ...before, ...item }, () => true)
    },
  }
}

const keyOf = ({ pk, sk }: Item): string => JSON.stringify([pk, sk])
