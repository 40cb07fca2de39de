import { detailOf, transactReadCapacity, writeCapacity } from './dynamo-capacity.ts'
import {
  answerWith,
  type DynamoAnswer,
  type DynamoEngine,
  type DynamoRequest,
  invalid,
  ownRequest,
} from './dynamo-engine.ts'
import type { Change, Images, Target } from './dynamo-images.ts'
import type { Tokens } from './dynamo-tokens.ts'
import { type Step, stepsOf, type TransactInput } from './dynamo-transaction-input.ts'
import type { Outcome, Put } from './dynamo-writes.ts'
import type { Item } from './item-size.ts'

/** A step with its item, and what stood there before. */
interface Aimed extends Step {
  readonly target: Target
  readonly before: Item | undefined
}

interface Reason {
  readonly Code: 'None' | 'ConditionalCheckFailed' | 'ValidationError'
  readonly Item?: Item
  readonly Message?: string
}

const NAMESPACE = 'com.amazonaws.dynamodb.v20120810'

/** TransactWriteItems, which dynalite lacks: all steps, or none. Whoever calls keeps readers and writers away meanwhile. */
export async function writeTransaction(
  engine: DynamoEngine,
  images: Images,
  tokens: Tokens,
  request: DynamoRequest,
): Promise<Outcome> {
  const input: TransactInput = JSON.parse(request.body.toString())
  const steps = stepsOf(input)
  if ('status' in steps) return nothing(steps)
  const aimed = await aim(images, steps)
  if ('status' in aimed) return nothing(aimed)
  const { ClientRequestToken: token } = input
  const parameters = JSON.stringify(input.TransactItems)
  const known = token === undefined ? 'new' : tokens.look(token, parameters)
  if (known === 'mismatch') return nothing(mismatch)
  if (known === 'done') return nothing(repeated(input, aimed))

  const answers = await applyAll(engine, aimed)
  const reasons = answers.map((answer, index) => reasonOf(answer, aimed[index]))
  if (answers.every(({ status }) => status === 200)) {
    if (token !== undefined) tokens.done(token, parameters)
    return committed(input, aimed, await changesOf(images, aimed))
  }
  await rollBack(engine, aimed, answers)
  const refused = answers.find((_, index) => reasons[index] === undefined)
  const canceled = cancel(reasons.filter((reason) => reason !== undefined))
  return { answer: refused ?? canceled, puts: refused === undefined ? failedPuts(aimed, answers) : [], changes: [] }
}

/** TransactGetItems: no write comes between its reads, since whoever calls keeps writers away. */
export async function readTransaction(engine: DynamoEngine, request: DynamoRequest): Promise<DynamoAnswer> {
  const input: { TransactItems?: readonly { Get?: { TableName: string } }[]; ReturnConsumedCapacity?: string } =
    JSON.parse(request.body.toString())
  const gets = (input.TransactItems ?? []).flatMap(({ Get }) => (Get === undefined ? [] : [Get]))
  if (gets.length < 1 || gets.length > 100) return invalid('TransactItems takes from 1 to 100 members')
  const answers: DynamoAnswer[] = []
  for (const get of gets) answers.push(await engine(ownRequest('GetItem', { ...get, ConsistentRead: true })))
  const refused = answers.find(({ status }) => status !== 200)
  if (refused !== undefined) return refused
  const Responses: { readonly Item?: Item }[] = answers.map(({ body }) => JSON.parse(body))
  const detail = detailOf(input.ReturnConsumedCapacity)
  const read = gets.map(({ TableName }, index) => ({ tableName: TableName, item: Responses[index]?.Item }))
  return answerWith(200, {
    Responses,
    ...(detail === undefined ? {} : { ConsumedCapacity: transactReadCapacity(read, detail) }),
  })
}

async function aim(images: Images, steps: readonly Step[]): Promise<readonly Aimed[] | DynamoAnswer> {
  const aimed: Aimed[] = []
  const places = new Set<string>()
  for (const step of steps) {
    const { TableName, Key, Item = {} } = step.input
    const target = await images.target(TableName, Key ?? Item)
    if (target === undefined) return missingTable
    const place = JSON.stringify([TableName, Object.entries(target.key).sort()])
    if (places.has(place)) return invalid('Transaction request cannot include multiple operations on one item')
    places.add(place)
    aimed.push({ ...step, target, before: await images.read(target) })
  }
  return aimed
}

/** All are tried, even after one has failed: each has its reason in the answer. */
async function applyAll(engine: DynamoEngine, aimed: readonly Aimed[]): Promise<readonly DynamoAnswer[]> {
  const answers: DynamoAnswer[] = []
  for (const step of aimed) answers.push(await engine(writeOf(step)))
  return answers
}

function writeOf({ kind, input, before }: Aimed): DynamoRequest {
  if (kind === 'Put') return ownRequest('PutItem', input)
  if (kind === 'Update') return ownRequest('UpdateItem', input)
  if (kind === 'Delete' || before === undefined) return ownRequest('DeleteItem', input)
  // A condition is checked by putting again what is there; where nothing is, the deletion above changes nothing either.
  const { Key: _, ...condition } = input
  return ownRequest('PutItem', { ...condition, Item: before })
}

async function rollBack(
  engine: DynamoEngine,
  aimed: readonly Aimed[],
  answers: readonly DynamoAnswer[],
): Promise<void> {
  for (const [index, { kind, before, target }] of aimed.entries()) {
    if (kind === 'ConditionCheck' || answers[index]?.status !== 200) continue
    const { tableName: TableName, key: Key } = target
    await engine(
      before === undefined
        ? ownRequest('DeleteItem', { TableName, Key })
        : ownRequest('PutItem', { TableName, Item: before }),
    )
  }
}

/** What an update can only see when it meets the item; every other complaint is about the request itself. */
const MET_THE_ITEM = /attribute that does not exist|incorrect data type|document path|size to update|unsupported type/

/** Why a step stands in the way, or `undefined` when the request itself is wrong. */
function reasonOf(answer: DynamoAnswer, step: Aimed | undefined): Reason | undefined {
  if (answer.status === 200) return { Code: 'None' }
  const { __type = '', message = '' }: { __type?: string; message?: string } = JSON.parse(answer.body)
  if (__type.endsWith('#ConditionalCheckFailedException')) {
    const isAsked = step?.input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && step.before !== undefined
    return { Code: 'ConditionalCheckFailed', ...(isAsked ? { Item: step.before } : {}), Message: message }
  }
  return MET_THE_ITEM.test(message) ? { Code: 'ValidationError', Message: message } : undefined
}

function cancel(CancellationReasons: readonly Reason[]): DynamoAnswer {
  const codes = CancellationReasons.map(({ Code }) => Code).join(', ')
  return answerWith(400, {
    __type: `${NAMESPACE}#TransactionCanceledException`,
    CancellationReasons,
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
  })
}

async function changesOf(images: Images, aimed: readonly Aimed[]): Promise<readonly Change[]> {
  const read = aimed.map(async ({ target, before }): Promise<Change> => {
    return { ...target, before, after: await images.read(target), by: 'user' }
  })
  return await Promise.all(read)
}

function committed(input: TransactInput, aimed: readonly Aimed[], changes: readonly Change[]): Outcome {
  const detail = detailOf(input.ReturnConsumedCapacity)
  const capacity =
    detail === undefined ? {} : { ConsumedCapacity: writeCapacity(changes, { detail, isTransaction: true }) }
  return { answer: answerWith(200, capacity), puts: putsOf(aimed, 'written'), changes }
}

/** It was done before: the writer pays for looking, and nothing is written. */
function repeated(input: TransactInput, aimed: readonly Aimed[]): DynamoAnswer {
  const detail = detailOf(input.ReturnConsumedCapacity)
  const looked = aimed.map(({ target, before }) => ({ tableName: target.tableName, item: before }))
  return answerWith(200, detail === undefined ? {} : { ConsumedCapacity: transactReadCapacity(looked, detail) })
}

const putsOf = (aimed: readonly Aimed[], outcome: Put['outcome']): readonly Put[] =>
  aimed.flatMap(({ kind, input }) =>
    kind === 'Put' ? [{ tableName: input.TableName, item: input.Item ?? {}, outcome }] : [],
  )

const failedPuts = (aimed: readonly Aimed[], answers: readonly DynamoAnswer[]): readonly Put[] =>
  putsOf(
    aimed.filter((_, index) => answers[index]?.status !== 200),
    'condition-failed',
  )

const nothing = (answer: DynamoAnswer): Outcome => ({ answer, puts: [], changes: [] })

const missingTable = answerWith(400, {
  __type: `${NAMESPACE}#ResourceNotFoundException`,
  message: 'Requested resource not found',
})

const mismatch = answerWith(400, {
  __type: `${NAMESPACE}#IdempotentParameterMismatchException`,
  Message: 'The client request token was used with other parameters within the last ten minutes',
})
