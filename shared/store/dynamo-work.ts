import { randomUUID } from 'node:crypto'
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  type Put,
  PutItemCommand,
  paginateQuery,
  TransactionCanceledException,
  TransactionConflictException,
  TransactWriteItemsCommand,
  type Update,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { type Clock, type Millis, millis } from '../kernel/time.ts'
import { erased, type Item, keyItem, numberOf, readied, settlement, taskOf } from './item.ts'
import { type ItemKey, permitKey, windowKey } from './key.ts'
import { noPermit } from './permit.ts'
import { permitItem, permitOf, windowItem, windowOf } from './person-item.ts'
import { unavailable } from './unavailable.ts'
import type { Belonging, Changes, PushState, Work } from './work.ts'

/** A call that takes longer has failed: the event source tries again. */
const DEADLINE_MS = 5000

/** Work on the table of infra/table.yml. */
export function dynamoWork(client: DynamoDBClient, tableName: string, clock: Clock): Work {
  const table = { TableName: tableName }

  async function item(key: ItemKey): Promise<Item | undefined> {
    const command = new GetItemCommand({ ...table, Key: keyItem(key), ConsistentRead: true })
    return await client.send(command, inTime()).then(({ Item }) => Item, fail)
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
    try {
      if (put !== undefined) await client.send(new PutItemCommand({ ...table, ...put, ...found }), inTime())
      if (update !== undefined) await client.send(new UpdateItemCommand({ ...table, ...update, ...found }), inTime())
      return true
    } catch (cause) {
      if (cause instanceof TransactionConflictException) return false
      if (!(cause instanceof ConditionalCheckFailedException)) throw unavailable(cause)
      // The SDK repeats a call whose answer was lost; what it then finds may be its own write.
      return cause.Item?.receipt?.S === receipt
    }
  }

  /** The SDK gives the transaction a token, so that a repeated call is the same one. */
  async function writeTogether(writes: readonly Write[]): Promise<boolean> {
    const TransactItems = writes.map(({ put, update }) => ({
      ...(put === undefined ? {} : { Put: { ...table, ...put } }),
      ...(update === undefined ? {} : { Update: { ...table, ...update } }),
    }))
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems }), inTime())
      return true
    } catch (cause) {
      if (isOutrun(cause)) return false
      throw unavailable(cause)
    }
  }

  async function erase({ key, state }: Belonging): Promise<void> {
    const command =
      state === undefined
        ? new DeleteItemCommand({ ...table, Key: keyItem(key) })
        : new UpdateItemCommand({ ...table, ...erased(key) })
    await client.send(command, inTime()).catch((cause: unknown) => {
      if (!(cause instanceof ConditionalCheckFailedException)) throw unavailable(cause)
    })
  }

  return {
    task: async (key) => {
      const found = await item(key)
      return found === undefined ? undefined : taskOf(key, found)
    },
    window: async (person) => windowOf(await item(windowKey(person))),
    permit: async (person, templateId, isLongTerm) => {
      const found = await item(permitKey(person, templateId))
      return found === undefined ? noPermit(templateId, isLongTerm) : { ...permitOf(found), isLongTerm }
    },
    commit,
    belongings: (person) => belongingsOf(client, tableName, person).catch(fail),
    erase: async (belongings) => {
      for (const belonging of belongings) await erase(belonging)
    },
  }
}

const inTime = () => ({ abortSignal: AbortSignal.timeout(DEADLINE_MS) })

function fail(cause: unknown): never {
  throw unavailable(cause)
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
    const item = windowItem(window.person, { ...window.window, version }, now, receipt)
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

/** A condition did not hold, or another transaction held one of the items: somebody was quicker. */
const isOutrun = (cause: unknown): boolean =>
  cause instanceof TransactionCanceledException &&
  (cause.CancellationReasons ?? []).some(
    ({ Code }) => Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict',
  )

async function belongingsOf(client: DynamoDBClient, TableName: string, person: string): Promise<readonly Belonging[]> {
  const query = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: person } } }
  const found: Belonging[] = []
  for await (const { Items = [] } of paginateQuery({ client }, { TableName, ConsistentRead: true, ...query })) {
    found.push(...Items.map(belongingOf))
  }
  return found
}

const belongingOf = ({ pk, sk, kind, state, acceptedAtMs }: Item): Belonging => ({
  key: { pk: pk?.S ?? '', sk: sk?.S ?? '' },
  state: kind?.S === 'push' ? (state?.S as PushState) : undefined,
  acceptedAt: millis(numberOf(acceptedAtMs)),
})
