import { randomUUID } from 'node:crypto'
import { DeleteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { spanOf } from '../../shared/config/spans.ts'
import type { OnlineStatus } from '../../shared/im/api.ts'
import type { OpenId, UserId } from '../../shared/kernel/ids.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { type Millis, seconds, toSeconds } from '../../shared/kernel/time.ts'
import { candidateOf, type Trigger } from '../../shared/notify/candidate.ts'
import { conclude } from '../../shared/notify/conclude.ts'
import type { NotifyDeps } from '../../shared/notify/deps.ts'
import { look } from '../../shared/notify/look.ts'
import { noticeOf } from '../../shared/reply/notice.ts'
import { firstTemplate } from '../../shared/reply/templates.ts'
import { dynamoIdentities } from '../../shared/store/dynamo-identity.ts'
import { dynamoNotices } from '../../shared/store/dynamo-notices.ts'
import { dynamoNotify } from '../../shared/store/dynamo-notify.ts'
import { dynamoWork } from '../../shared/store/dynamo-work.ts'
import { keyItem } from '../../shared/store/item.ts'
import { imKey, noticeSortKey, personKey } from '../../shared/store/key.ts'
import type { Notice } from '../../shared/store/notice.ts'
import { APP_ID } from './build.ts'
import { ordering } from './ordering.ts'
import { someone } from './people.ts'
import type { TestTable } from './table.ts'

/** Somebody who has logged in once. */
export interface Told {
  readonly userId: UserId
  readonly openId: OpenId
  /** Partition key of what IM tells. */
  readonly person: string
}

/** Telling people on a real table; WeChat by a script, IM by what a test says. */
export function telling(table: TestTable, changes: Partial<NotifyDeps> = {}) {
  const requests = ordering(table, firstTemplate())
  const { clock, wechat } = requests
  const lines: Record<string, unknown>[] = []
  const statuses = new Map<UserId, OnlineStatus>()
  const questions: (readonly UserId[])[] = []
  const log = jsonLog({ threshold: 'debug', clock, write: (line) => void lines.push(JSON.parse(line)) })
  let keys = 0

  const depsOn = (client: DynamoDBClient): NotifyDeps => {
    const inbox = dynamoNotices(client, table.tableName, clock)
    const work = dynamoWork(client, table.tableName, clock)
    return {
      store: dynamoNotify(client, table.tableName, clock, inbox),
      identities: dynamoIdentities(client, table.tableName, APP_ID),
      permit: (person, template) => work.permit(person, template, false),
      onlineStatus: async (people) => {
        questions.push(people)
        return new Map(people.flatMap((each) => [[each, statuses.get(each) ?? 'Offline'] as const]))
      },
      sendSubscribeMessage: wechat.sendSubscribeMessage,
      noticeOf,
      template: firstTemplate(),
      notifyWhen: 'offline',
      notifyCooldowns: ['60s', '10m', '1h', '6h'].map(spanOf),
      notifyPerDay: 20,
      quietHours: undefined,
      appId: APP_ID,
      clock,
      sleep: async () => undefined,
      random: () => 1,
      log,
      ...changes,
    }
  }
  const deps = depsOn(table.client())
  const inbox = dynamoNotices(table.client(), table.tableName, clock)

  async function aPerson(permits: number): Promise<Told> {
    const [userId, openId] = [`u-${randomUUID()}` as UserId, someone() as OpenId]
    await requests.join(userId, openId)
    if (permits > 0) await requests.allow(openId, permits)
    return { userId, openId, person: imKey(userId) }
  }

  async function write({ userId: to }: Told, rest: Partial<Notice> = {}): Promise<Notice> {
    keys += 1
    const notice = {
      to,
      from: 'alice' as UserId,
      key: `1_${keys}_2`,
      sentAt: toSeconds(clock()),
      preview: '在吗',
      ...rest,
    }
    await inbox.notice(notice)
    return notice
  }

  /** What functions/send does with one person. */
  async function tellOne({ person, userId }: Told, triggers: readonly Trigger[] = ['message'], given = deps) {
    const candidate = await look(person, new Set(triggers), given)
    if (candidate === undefined) return false
    await conclude(candidate, (await given.onlineStatus([userId])).get(userId), given)
    return true
  }

  /** All that the table has of somebody, in both worlds. */
  async function kept({ person, openId }: Told) {
    const work = dynamoWork(table.client(), table.tableName, clock)
    return [...(await work.belongings(person)), ...(await work.belongings(personKey(APP_ID, openId)))]
  }

  return {
    ...requests,
    orders: requests.deps.orders,
    deps,
    kept,
    /** As if it had never come. */
    eraseNotice: async ({ to, from, key, sentAt }: Notice) => {
      const noticeKey = { pk: imKey(to), sk: noticeSortKey(sentAt, from, key) }
      await table.client().send(new DeleteItemCommand({ TableName: table.tableName, Key: keyItem(noticeKey) }))
    },
    erase: async (who: Told) => {
      await dynamoWork(table.client(), table.tableName, clock).erase(await kept(who))
    },
    depsOn,
    inbox,
    statuses,
    questions,
    lines,
    aPerson,
    write,
    tellOne,
    later: (ms: Millis | number) => clock.advance(seconds(ms / 1000)),
    candidate: ({ person }: Told, triggers: readonly Trigger[] = ['message']) =>
      candidateOf(person, new Set(triggers), deps),
    notify: ({ person }: Told) => deps.store.notify(person),
    /** Of a kind of event, what it says. */
    logged: (event: string) => lines.filter((line) => line.event === event),
  }
}
