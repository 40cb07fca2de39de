import { randomUUID } from 'node:crypto'
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  type Put,
  PutItemCommand,
  paginateQuery,
  type QueryCommandInput,
  TransactWriteItemsCommand,
  type Update,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { type Clock, type Millis, millis, seconds, toMillis } from '../kernel/time.ts'
import { erased, type Item, keyItem, numberOf, readied, settlement, taskOf, woken } from './item.ts'
import { type ItemKey, permitKey } from './key.ts'
import { noPermit, type Permit } from './permit.ts'
import { permitItem, permitOf, windowItem, windowOf } from './person-item.ts'
import { isDone, tableCall } from './table-call.ts'
import type { Belonging, Changes, Conversation, PushState, Work } from './work.ts'

/** Work on the table of infra/table.yml. */
export function dynamoWork(client: DynamoDBClient, tableName: string, clock: Clock): Work {
  const table = { TableName: tableName }

  async function item(key: ItemKey): Promise<Item | undefined> {
    const command = new GetItemCommand({ ...table, Key: keyItem(key), ConsistentRead: true })
    return (await tableCall((options) => client.send(command, options))).Item
  }

  async function commit(changes: Changes): Promise<number | undefined> {
    const now = clock()
    const version = versionAfter(changes, now)
    const receipt = randomUUID()
    const writes = writesOf(changes, { now, version, receipt })
    const [only, ...others] = writes
    if (only === undefined) return version
    const isWritten = others.length === 0 ? await writeOne(only, receipt) : await writeTogether(writes)
    return isWritten ? version : undefined
  }

  async function writeOne({ put, update }: Write, receipt: string): Promise<boolean> {
    const found = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const
    const written = tableCall(async (options) => {
      if (put !== undefined) await client.send(new PutItemCommand({ ...table, ...put, ...found }), options)
      if (update !== undefined) await client.send(new UpdateItemCommand({ ...table, ...update, ...found }), options)
    }).catch((cause: unknown) => {
      // The SDK repeats a call whose answer was lost; what it then finds may be its own write.
      if (!(cause instanceof ConditionalCheckFailedException) || cause.Item?.receipt?.S !== receipt) throw cause
    })
    return await isDone(written)
  }

  /** The SDK gives the transaction a token, so that a repeated call is the same one. */
  async function writeTogether(writes: readonly Write[]): Promise<boolean> {
    const TransactItems = writes.map(({ put, update }) => ({
      ...(put === undefined ? {} : { Put: { ...table, ...put } }),
      ...(update === undefined ? {} : { Update: { ...table, ...update } }),
    }))
    return await isDone(tableCall((options) => client.send(new TransactWriteItemsCommand({ TransactItems }), options)))
  }

  async function erase({ key, state }: Belonging): Promise<void> {
    const Key = keyItem(key)
    await isDone(
      tableCall(async (options) => {
        if (state === undefined) await client.send(new DeleteItemCommand({ ...table, Key }), options)
        else await client.send(new UpdateItemCommand({ ...table, ...erased(key) }), options)
      }),
    )
  }

  /** All items of a person that a filter lets through. */
  async function itemsOf(person: string, filter: Filter = {}): Promise<readonly Item[]> {
    const { ExpressionAttributeValues = {}, ...rest } = filter
    const query = {
      ...table,
      ...rest,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ...ExpressionAttributeValues, ':pk': { S: person } },
    }
    return await tableCall(async (options) => {
      const found: Item[] = []
      for await (const { Items = [] } of paginateQuery({ client }, query, options)) found.push(...Items)
      return found
    })
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
    conversation: async (person) => conversationOf(await itemsOf(person, UNFINISHED)),
    wake: async (key) => {
      const command = new UpdateItemCommand({ ...table, ...woken(key, clock()) })
      await isDone(tableCall((options) => client.send(command, options)))
    },
    belongings: async (person) => (await itemsOf(person)).map(belongingOf),
    erase: async (belongings) => {
      for (const belonging of belongings) await erase(belonging)
    },
  }
}

/** One item, written or updated, if it is as it was read. */
interface Write {
  readonly put?: Pick<Put, 'ConditionExpression' | 'ExpressionAttributeValues'> & { readonly Item: Item }
  readonly update?: Omit<Update, 'TableName'>
}

/** Later than every version it follows, and later than that of an item that was deleted meanwhile. */
function versionAfter({ window, permits = [] }: Changes, now: Millis): number {
  const before = [window?.window.version ?? 0, ...permits.map(({ permit }) => permit.version)]
  return Math.max(now, ...before.map((version) => version + 1))
}

interface Writing {
  readonly now: Millis
  readonly version: number
  readonly receipt: string
}

function writesOf({ settled, window, permits = [], released }: Changes, writing: Writing): readonly Write[] {
  const { now, version, receipt } = writing
  const writes: Write[] = permits.map(({ person, permit }) =>
    putOver(permit.version, permitItem(person, { ...permit, version }, receipt)),
  )
  if (settled !== undefined) writes.push({ update: settlement(settled.task, settled.as, receipt) })
  if (window !== undefined) {
    const item = windowItem(window.key, { ...window.window, version }, now, receipt)
    writes.push(putOver(window.window.version, item))
  }
  if (released !== undefined) writes.push({ update: readied(released) })
  return writes
}

const putOver = (version: number, item: Item): Write => ({
  put:
    version === 0
      ? { Item: item, ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          Item: item,
          ConditionExpression: 'version = :before',
          ExpressionAttributeValues: { ':before': { N: String(version) } },
        },
})

type Filter = Pick<
  QueryCommandInput,
  'FilterExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues' | 'ScanIndexForward'
>

const UNFINISHED: Filter = {
  // A query sees no one moment. The window, behind the pushes, is read before them: what is over after that has changed it.
  ScanIndexForward: false,
  FilterExpression: 'kind = :window OR (kind = :push AND #state IN (:ready, :waiting))',
  ExpressionAttributeNames: { '#state': 'state' },
  ExpressionAttributeValues: {
    ':window': { S: 'window' },
    ':push': { S: 'push' },
    ':ready': { S: 'ready' },
    ':waiting': { S: 'waiting' },
  },
}

const keyOf = ({ pk, sk }: Item): ItemKey => ({ pk: pk?.S ?? '', sk: sk?.S ?? '' })

function conversationOf(items: readonly Item[]): Conversation {
  const tasks = items.filter(({ kind }) => kind?.S === 'push').map((item) => taskOf(keyOf(item), item))
  return {
    window: windowOf(items.find(({ kind }) => kind?.S === 'window')),
    unfinished: tasks.sort(
      (left, right) => left.acceptedAt - right.acceptedAt || (left.key.sk < right.key.sk ? -1 : 1),
    ),
  }
}

const belongingOf = (item: Item): Belonging => ({
  key: keyOf(item),
  state: item.kind?.S === 'push' ? (item.state?.S as PushState) : undefined,
  since: item.kind?.S === 'permit' ? changedAt(permitOf(item)) : millis(numberOf(item.acceptedAtMs)),
})

const changedAt = ({ events }: Permit): Millis => toMillis(events.at(-1)?.at ?? seconds(0))
