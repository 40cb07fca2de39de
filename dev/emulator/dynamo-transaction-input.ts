import { type DynamoAnswer, invalid } from './dynamo-engine.ts'
import type { Item } from './item-size.ts'

/** One member of TransactItems. */
export interface Step {
  readonly kind: keyof typeof NEEDED
  readonly input: StepInput
}

interface StepInput {
  readonly TableName: string
  readonly Item?: Item
  readonly Key?: Item
  readonly UpdateExpression?: string
  readonly ConditionExpression?: string
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE'
}

export interface TransactInput {
  readonly TransactItems?: readonly Readonly<Record<string, StepInput>>[]
  readonly ClientRequestToken?: string
  readonly ReturnConsumedCapacity?: string
}

/** What each kind of step cannot be without. */
const NEEDED = {
  Put: ['TableName', 'Item'],
  Update: ['TableName', 'Key', 'UpdateExpression'],
  Delete: ['TableName', 'Key'],
  ConditionCheck: ['TableName', 'Key', 'ConditionExpression'],
} as const

const KINDS = Object.keys(NEEDED) as readonly Step['kind'][]
const MOST_ITEMS = 100

/** The steps in their order, or why they are refused before anything is done. */
export function stepsOf({ TransactItems = [] }: TransactInput): readonly Step[] | DynamoAnswer {
  if (TransactItems.length < 1) return violated('transactItems', 'Member must have length greater than or equal to 1')
  if (TransactItems.length > MOST_ITEMS) {
    return violated('transactItems', `Member must have length less than or equal to ${MOST_ITEMS}`)
  }
  const steps: Step[] = []
  for (const [index, item] of TransactItems.entries()) {
    const [kind, ...more] = KINDS.filter((each) => item[each] !== undefined)
    const input = kind === undefined ? undefined : item[kind]
    if (kind === undefined || input === undefined || more.length > 0) {
      return invalid('TransactItems can only contain one of Check, Put, Update or Delete')
    }
    const missing = NEEDED[kind].find((name) => input[name as keyof StepInput] === undefined)
    if (missing !== undefined) {
      return violated(`transactItems.${index + 1}.member.${lower(kind)}.${lower(missing)}`, 'Member must not be null')
    }
    steps.push({ kind, input })
  }
  return steps
}

const violated = (place: string, constraint: string): DynamoAnswer =>
  invalid(`1 validation error detected: Value at '${place}' failed to satisfy constraint: ${constraint}`)

const lower = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1)
