import { randomUUID } from 'node:crypto'
import { type DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { atOnce } from '../kernel/at-once.ts'
import { type Clock, type Seconds, toSeconds } from '../kernel/time.ts'
import { putTogether } from './dynamo-puts.ts'
import { type Item, isUnexpired, keyItem, putOver } from './item.ts'
import { type ItemKey, noticeSortFrom, notifyKey } from './key.ts'
import type { NoticeInbox } from './notice.ts'
import { mentionOf, presenceOf } from './notice-item.ts'
import type { Inflow, NotifyChanges, NotifyStore } from './notify.ts'
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
  async function inflow(person: string, since: Seconds): Promise<Inflow> {
    const items: Item[] = []
    let from: Item | undefined
    do {
      const query = new QueryCommand({
        ...table,
        ConsistentRead: true,
        ScanIndexForward: false,
        KeyConditionExpression: 'pk = :pk AND sk >= :since',
        ExpressionAttributeValues: { ':pk': { S: person }, ':since': { S: noticeSortFrom(since) } },
        ExclusiveStartKey: from,
      })
      const { Items = [], LastEvaluatedKey } = await tableCall((options) => client.send(query, options))
      items.push(...Items)
      from = LastEvaluatedKey
    } while (from !== undefined && items.filter(isNotice).length < MOST_NOTICES)
    return inflowOf(items.filter((each) => isUnexpired(each, toSeconds(clock()))))
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

const isNotice = ({ sk }: Item): boolean => sk?.S?.startsWith('notice#') === true

function inflowOf(items: readonly Item[]): Inflow {
  const under = (prefix: string): readonly Item[] => items.filter(({ sk }) => sk?.S?.startsWith(prefix))
  const [presence] = under('presence')
  return {
    notices: items
      .filter(isNotice)
      .slice(0, MOST_NOTICES)
      .toReversed()
      .flatMap((item) => keptNoticeOf(item) ?? []),
    readings: under('read#').map(keptReadingOf),
    presence: presence === undefined ? NO_PRESENCE : presenceOf(presence),
  }
}
