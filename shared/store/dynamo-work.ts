import {
  DeleteItemCommand,
  type DynamoDBClient,
  type QueryCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { UserId } from '../kernel/ids.ts'
import { type Clock, millis } from '../kernel/time.ts'
import { itemAt, pagesOf } from './dynamo-reads.ts'
import { type Write, type Writing, writeTogether, writingOver } from './dynamo-writes.ts'
import { erased, type Item, keyItem, keyOf, numberOf, putOver, readied, settlement, taskOf, woken } from './item.ts'
import { type ItemKey, permitKey, windowKey } from './key.ts'
import { noPermit } from './permit.ts'
import { permitOf, permitPut, windowItem, windowOf } from './person-item.ts'
import { isDone, tableCall } from './table-call.ts'
import { type Belonging, type Changes, type PushState, versionsIn, type Work } from './work.ts'

/** Work on the table of infra/table.yml. */
export function dynamoWork(client: DynamoDBClient, tableName: string, clock: Clock): Work {
  const table = { TableName: tableName }

  const item = (key: ItemKey): Promise<Item | undefined> => itemAt(client, tableName, key)

  async function commit(changes: Changes): Promise<number | undefined> {
    const writing = writingOver(versionsIn(changes), clock())
    const isWritten = await writeTogether(client, tableName, writesOf(changes, writing), writing.receipt)
    return isWritten ? writing.version : undefined
  }

  async function erase({ key, state, version }: Belonging): Promise<boolean> {
    const deletion = {
      Key: keyItem(key),
      ConditionExpression: 'attribute_not_exists(version) OR version = :version',
      ExpressionAttributeValues: { ':version': { N: String(version) } },
    }
    return await isDone(
      tableCall(async (options) => {
        if (state === undefined) await client.send(new DeleteItemCommand({ ...table, ...deletion }), options)
        else await client.send(new UpdateItemCommand({ ...table, ...erased(key) }), options)
      }),
    )
  }

  async function itemsOf(person: string, rest: Partial<QueryCommandInput>): Promise<readonly Item[]> {
    const query = {
      ...table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: person } },
      ...rest,
    }
    const found: Item[] = []
    for await (const page of pagesOf(client, query)) found.push(...page)
    return found
  }

  return {
    task: async (key) => {
      const found = await item(key)
      return found === undefined ? undefined : taskOf(key, found)
    },
    window: async (key) => windowOf(await item(key)),
    permit: async (person, templateId, isLongTerm) => {
      const found = await item(permitKey(person, templateId))
      return found === undefined ? noPermit(templateId, isLongTerm) : { ...permitOf(found), isLongTerm }
    },
    commit,
    conversation: async (person) => {
      const window = windowOf(await item(windowKey(person)))
      const open = await itemsOf(person, { IndexName: 'open' })
      return { window, unfinished: [...open].sort(byAcceptance).map(keyOf) }
    },
    wake: async (key) => {
      const command = new UpdateItemCommand({ ...table, ...woken(key, clock()) })
      await isDone(tableCall((options) => client.send(command, options)))
    },
    belongings: async (person) => (await itemsOf(person, BELONGING)).map(belongingOf),
    erase: async (belongings) => {
      let isAll = true
      for (const belonging of belongings) isAll = (await erase(belonging)) && isAll
      return isAll
    },
  }
}

function writesOf({ settled, window, permits = [], released }: Changes, writing: Writing): readonly Write[] {
  const { now, version, receipt } = writing
  const writes: Write[] = permits.map((owned) => ({ put: permitPut(owned, writing) }))
  if (settled !== undefined) writes.push({ update: settlement(settled.task, settled.as, receipt) })
  if (window !== undefined) {
    const item = windowItem(window.key, { ...window.window, version }, now, receipt)
    writes.push({ put: putOver(window.window.version, item) })
  }
  if (released !== undefined) writes.push({ update: readied(released) })
  return writes
}

/** Without what people have written: a busy person has much of it. */
const BELONGING: Partial<QueryCommandInput> = {
  ProjectionExpression: 'pk, sk, kind, #state, message, acceptedAtMs, version, userId',
  ExpressionAttributeNames: { '#state': 'state' },
}

/** Of two in the same moment the order is any, but always the same. */
const byAcceptance = (left: Item, right: Item): number =>
  numberOf(left.openAtMs) - numberOf(right.openAtMs) || (keyOf(left).sk < keyOf(right).sk ? -1 : 1)

/** Their version is the time of writing, or of joining, by our clock. */
const VERSIONED: readonly string[] = ['permit', 'identity']

const belongingOf = (item: Item): Belonging => ({
  key: keyOf(item),
  state: item.kind?.S === 'push' ? (item.state?.S as PushState) : undefined,
  kind: item.message?.S ?? '',
  version: numberOf(item.version),
  since: millis(numberOf(VERSIONED.includes(item.kind?.S ?? '') ? item.version : item.acceptedAtMs)),
  ...(item.kind?.S === 'identity' && item.userId?.S !== undefined ? { userId: item.userId.S as UserId } : {}),
})
