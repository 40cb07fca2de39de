import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { DynamoAnswer, DynamoEngine, DynamoRequest } from './dynamo-engine.ts'

export type Item = Readonly<Record<string, AttributeValue>>

export interface Put {
  readonly tableName: string
  readonly item: Item
  readonly outcome: 'written' | 'condition-failed'
}

interface WriteInput {
  readonly TableName: string
  /** Of PutItem. */
  readonly Item?: Item
  /** Of UpdateItem and DeleteItem. */
  readonly Key?: Item
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE'
}

const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem']

/**
 * What dynalite lacks of writing: the item in the answer to a failed condition. Writes go one by one, so that the item
 * is the one which the condition met. `onPut` sees every PutItem, before its writer has the answer.
 */
export function completeWrites(engine: DynamoEngine, onPut: (put: Put) => void): DynamoEngine {
  let last: Promise<unknown> = Promise.resolve()

  async function write(request: DynamoRequest): Promise<DynamoAnswer> {
    const answer = await engine(request)
    const conditionFailed = answer.status === 400 && answer.body.includes('#ConditionalCheckFailedException')
    if (answer.status !== 200 && !conditionFailed) return answer
    const input: WriteInput = JSON.parse(request.body.toString())
    if (request.operation === 'PutItem') {
      const outcome = conditionFailed ? 'condition-failed' : 'written'
      onPut({ tableName: input.TableName, item: input.Item ?? {}, outcome })
    }
    return conditionFailed && input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD'
      ? withItem(answer, await readItem(engine, request, input))
      : answer
  }

  return (request) => {
    if (!WRITES.includes(request.operation)) return engine(request)
    const turn = last.then(() => write(request))
    last = turn.catch(() => undefined)
    return turn
  }
}

async function readItem(engine: DynamoEngine, request: DynamoRequest, input: WriteInput): Promise<Item | undefined> {
  const ask = async (operation: string, body: object) =>
    JSON.parse((await engine({ ...request, operation, body: Buffer.from(JSON.stringify(body)) })).body)
  const { TableName } = input
  const { Table } = await ask('DescribeTable', { TableName })
  const Key = input.Key ?? keyOf(input.Item ?? {}, Table.KeySchema)
  return (await ask('GetItem', { TableName, Key, ConsistentRead: true })).Item
}

/** The attributes of an item that make up its key. */
const keyOf = (item: Item, schema: readonly { readonly AttributeName: string }[]): Item =>
  Object.fromEntries(
    Object.entries(item).filter(([name]) => schema.some(({ AttributeName }) => AttributeName === name)),
  )

const withItem = (answer: DynamoAnswer, item: Item | undefined): DynamoAnswer =>
  item === undefined ? answer : { ...answer, body: JSON.stringify({ ...JSON.parse(answer.body), Item: item }) }
