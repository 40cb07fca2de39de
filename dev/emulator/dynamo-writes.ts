import { detailOf, writeCapacity } from './dynamo-capacity.ts'
import type { DynamoAnswer, DynamoEngine, DynamoRequest } from './dynamo-engine.ts'
import type { Change, Images, Target } from './dynamo-images.ts'
import type { Item } from './item-size.ts'

export interface Put {
  readonly tableName: string
  readonly item: Item
  readonly outcome: 'written' | 'condition-failed'
}

/** The answer to a writer, and what others hear before it has the answer. */
export interface Outcome {
  readonly answer: DynamoAnswer
  readonly puts: readonly Put[]
  /** In the order of the request. */
  readonly changes: readonly Change[]
}

interface WriteInput {
  readonly TableName: string
  /** Of PutItem. */
  readonly Item?: Item
  /** Of UpdateItem and DeleteItem. */
  readonly Key?: Item
  /** Of BatchWriteItem, by table. */
  readonly RequestItems?: Readonly<Record<string, readonly BatchMember[]>>
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE'
  readonly ReturnConsumedCapacity?: string
}

interface BatchMember {
  readonly PutRequest?: { readonly Item: Item }
  readonly DeleteRequest?: { readonly Key: Item }
}

export const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem']

/**
 * A plain write, and what dynalite lacks of it: the item in the answer to a failed condition, and the units that the
 * indexes cost. Whoever calls lets writes in one by one, so that the item is the one which the condition met.
 */
export async function performWrite(engine: DynamoEngine, images: Images, request: DynamoRequest): Promise<Outcome> {
  const input = readInput(request)
  const targets = await targetsOf(images, input)
  const before = await Promise.all(targets.map(images.read))
  const answer = await engine(request)
  if (answer.status === 200) {
    const after = await Promise.all(targets.map(images.read))
    const by: Change['by'] = request.by ?? 'user'
    const changes = targets.map((target, index) => ({ ...target, before: before[index], after: after[index], by }))
    return { answer: withCapacity(answer, input, changes), puts: putsOf(request, input, 'written'), changes }
  }
  const conditionFailed = answer.status === 400 && answer.body.includes('#ConditionalCheckFailedException')
  if (!conditionFailed) return { answer, puts: [], changes: [] }
  const isAsked = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD'
  const puts = putsOf(request, input, 'condition-failed')
  return { answer: isAsked ? withItem(answer, before[0]) : answer, puts, changes: [] }
}

/** What is no JSON is left to dynalite, which says so. */
function readInput({ body }: DynamoRequest): WriteInput {
  try {
    return JSON.parse(body.toString()) ?? {}
  } catch {
    return { TableName: '' }
  }
}

async function targetsOf(images: Images, { TableName, Item, Key, RequestItems = {} }: WriteInput): Promise<Target[]> {
  const batch = Object.entries(RequestItems).flatMap(([tableName, members]) =>
    members.map(({ PutRequest, DeleteRequest }) => ({ tableName, item: PutRequest?.Item ?? DeleteRequest?.Key })),
  )
  const all = [...batch, { tableName: TableName, item: Key ?? Item }]
  const found = all.map(({ tableName, item }) => item && images.target(tableName, item))
  return (await Promise.all(found)).filter((target) => target !== undefined)
}

const putsOf = ({ operation }: DynamoRequest, input: WriteInput, outcome: Put['outcome']): readonly Put[] =>
  operation === 'PutItem' ? [{ tableName: input.TableName, item: input.Item ?? {}, outcome }] : []

function withCapacity(answer: DynamoAnswer, input: WriteInput, changes: readonly Change[]): DynamoAnswer {
  const detail = detailOf(input.ReturnConsumedCapacity)
  if (detail === undefined) return answer
  const capacity = writeCapacity(changes, { detail })
  const ConsumedCapacity = input.RequestItems === undefined ? capacity[0] : capacity
  return { ...answer, body: JSON.stringify({ ...JSON.parse(answer.body), ConsumedCapacity }) }
}

const withItem = (answer: DynamoAnswer, item: Item | undefined): DynamoAnswer =>
  item === undefined ? answer : { ...answer, body: JSON.stringify({ ...JSON.parse(answer.body), Item: item }) }
