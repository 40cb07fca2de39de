import { randomUUID } from 'node:crypto'
import { type DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { atOnce } from '../kernel/at-once.ts'
import { type Clock, type Seconds, toSeconds } from '../kernel/time.ts'
import { putTogether } from './dynamo-puts.ts'
import { type Item, isUnexpired, keyItem, putOver } from './item.ts'
import { type ItemKey, noticeSortFrom, notifyKey } from './key.ts'
import type { NoticeInbox } from './notice.ts'
import { mentionOf, presenceOf } from './notice-item.ts'
import type { Inflow, KeptNotice, NotifyChanges, NotifyStore, Sieve } from './notify.ts'
import { keptNoticeOf, keptReadingOf, notifyItem, notifyOf } from './notify-item.ts'
import { permitItem } from './person-item.ts'
import { NO_PRESENCE } from './presence.ts'
import { tableCall } from './table-call.ts'

/** On the table of infra/table.yml. */
export function dynamoNotify(
  client: DynamoDBClient,
  tableName: string,
  clock: Clock,
  inbox: Pick<NoticeInbox, 'notice'>,
): NotifyStore {
  const table = { TableName: tableName }

  async function item(key: ItemKey): Promise<Item | undefined> {
    const command = new GetItemCommand({ ...table, Key: keyItem(key), ConsistentRead: true })
    return (await tableCall((options) => client.send(command, options))).Item
  }

  /** Notices stand in the order of IM's time, and all else that is asked for after them: that comes first, and then the last. */
  async function inflow(person: string, since: Seconds, sieve: Sieve = () => () => true): Promise<Inflow> {
    let found: Found = { notices: [], readings: [], presence: NO_PRESENCE, open: 0 }
    let from: Item | undefined
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const query = new QueryCommand({
        ...table,
        ConsistentRead: true,
        ScanIndexForward: false,
        KeyConditionExpression: 'pk = :pk AND sk >= :since',
        ExpressionAttributeValues: { ':pk': { S: person }, ':since': { S: noticeSortFrom(since) } },
        ExclusiveStartKey: from,
      })
      const { Items = [], LastEvaluatedKey } = await tableCall((options) => client.send(query, options))
      const now = toSeconds(clock())
      found = withPage(
        found,
        Items.filter((each) => isUnexpired(each, now)),
        sieve,
      )
      from = LastEvaluatedKey
      if (from === undefined || found.open === MOST_NOTICES) break
    }
    const { open: _, ...rest } = found
    return { ...rest, notices: found.notices.toReversed() }
  }

  async function commit({ person, notify, permit }: NotifyChanges): Promise<number | undefined> {
    const now = clock()
    const version = Math.max(now, notify.version + 1, (permit?.permit.version ?? 0) + 1)
    const receipt = randomUUID()
    const own = notifyItem(notifyKey(person), { ...notify, version }, now, receipt)
    const puts = [putOver(notify.version, own)]
    if (permit !== undefined) {
      const after = { ...permit.permit, version }
      puts.push(putOver(permit.permit.version, permitItem(permit.person, after, receipt)))
    }
    return (await putTogether(client, tableName, puts)) ? version : undefined
  }

  return {
    notify: async (person) => notifyOf(await item(notifyKey(person))),
    inflow,
    commit,
    fanOut: async (key) => {
      const found = await item(key)
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
