import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { atOnce } from '../kernel/at-once.ts'
import { type Clock, type Seconds, toSeconds } from '../kernel/time.ts'
import { itemAt, pagesOf } from './dynamo-reads.ts'
import { writeTogether, writingOver } from './dynamo-writes.ts'
import { type Item, isUnexpired, putOver } from './item.ts'
import { noticeSortFrom, notifyKey } from './key.ts'
import type { NoticeInbox } from './notice.ts'
import { mentionOf, presenceOf } from './notice-item.ts'
import type { Inflow, KeptNotice, NotifyChanges, NotifyStore, Sieve } from './notify.ts'
import { keptNoticeOf, keptReadingOf, notifyItem, notifyOf } from './notify-item.ts'
import { permitPut } from './person-item.ts'
import { NO_PRESENCE } from './presence.ts'

/** On the table of infra/table.yml. */
export function dynamoNotify(
  client: DynamoDBClient,
  tableName: string,
  clock: Clock,
  inbox: Pick<NoticeInbox, 'notice'>,
): NotifyStore {
  /** Notices stand in the order of IM's time, and all else that is asked for after them: that comes first, and then the last. */
  async function inflow(person: string, since: Seconds, sieve: Sieve = () => () => true): Promise<Inflow> {
    let found: Found = { notices: [], readings: [], presence: NO_PRESENCE, open: 0 }
    const query = {
      TableName: tableName,
      ConsistentRead: true,
      ScanIndexForward: false,
      KeyConditionExpression: 'pk = :pk AND sk >= :since',
      ExpressionAttributeValues: { ':pk': { S: person }, ':since': { S: noticeSortFrom(since) } },
    }
    let pages = 0
    for await (const page of pagesOf(client, query)) {
      const now = toSeconds(clock())
      const unexpired = page.filter((each) => isUnexpired(each, now))
      found = withPage(found, unexpired, sieve)
      pages += 1
      if (pages === MOST_PAGES || found.open === MOST_NOTICES) break
    }
    const { open: _, ...rest } = found
    return { ...rest, notices: found.notices.toReversed() }
  }

  async function commit({ person, notify, permit }: NotifyChanges): Promise<number | undefined> {
    const writing = writingOver([notify.version, permit?.permit.version ?? 0], clock())
    const { now, version, receipt } = writing
    const own = notifyItem(notifyKey(person), { ...notify, version }, now, receipt)
    const writes = [{ put: putOver(notify.version, own) }]
    if (permit !== undefined) writes.push({ put: permitPut(permit, writing) })
    return (await writeTogether(client, tableName, writes, receipt)) ? version : undefined
  }

  return {
    notify: async (person) => notifyOf(await itemAt(client, tableName, notifyKey(person))),
    inflow,
    commit,
    fanOut: async (key) => {
      const found = await itemAt(client, tableName, key)
      if (found === undefined) return
      const { to, ...message } = mentionOf(found)
      const outcomes = await atOnce(AT_ONCE, to, (userId) => inbox.notice({ ...message, to: userId }))
      for (const each of outcomes) if (each.status === 'rejected') throw each.reason
    },
  }
}

/** Each write has a deadline of its own, from when it is begun. */
const AT_ONCE = 20

/** Whoever has missed more is told of so many: no card has room for the rest. */
const MOST_NOTICES = 1000
/** Of 1 MB each: tens of thousands that were read, recalled or told. */
const MOST_PAGES = 20

/** The last notices first, and how many of them are still to be told. */
interface Found extends Inflow {
  readonly open: number
}

/** What does not count any more must not take the place of what does: somebody may have written it for that. */
function withPage(before: Found, items: readonly Item[], sieve: Sieve): Found {
  const under = (prefix: string): readonly Item[] => items.filter(({ sk }) => sk?.S?.startsWith(prefix))
  const [presence] = under('presence')
  const beside = {
    readings: [...before.readings, ...under('read#').map(keptReadingOf)],
    presence: presence === undefined ? before.presence : presenceOf(presence),
  }
  const isOpen = sieve(beside)
  const notices = [...before.notices]
  let { open } = before
  for (const notice of under('notice#').flatMap((item): KeptNotice | [] => keptNoticeOf(item) ?? [])) {
    const counts = isOpen(notice)
    if (counts && open === MOST_NOTICES) continue
    notices.push(notice)
    if (counts) open += 1
  }
  return { ...beside, notices, open }
}
