import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb'
import type { DynamoAnswer, DynamoEngine, DynamoRequest } from './dynamo-engine.ts'

interface ReadInput {
  readonly IndexName?: string
  readonly ConsistentRead?: boolean
}

/** A read, and what dynalite lacks of it: a query that finds nothing costs as much as one that finds little. */
export async function completeRead(engine: DynamoEngine, request: DynamoRequest): Promise<DynamoAnswer> {
  const answer = await engine(request)
  if (answer.status !== 200 || !['Query', 'Scan'].includes(request.operation)) return answer
  const result: { readonly ConsumedCapacity?: ConsumedCapacity } = JSON.parse(answer.body)
  if (result.ConsumedCapacity?.CapacityUnits !== 0) return answer
  const least = leastCapacity(result.ConsumedCapacity, JSON.parse(request.body.toString()))
  return { ...answer, body: JSON.stringify({ ...result, ConsumedCapacity: least }) }
}

function leastCapacity(capacity: ConsumedCapacity, { IndexName, ConsistentRead }: ReadInput): ConsumedCapacity {
  const units = { CapacityUnits: ConsistentRead === true ? 1 : 0.5 }
  if (capacity.Table === undefined) return { ...capacity, ...units }
  if (IndexName === undefined) return { ...capacity, ...units, Table: units }
  const kind = capacity.LocalSecondaryIndexes === undefined ? 'GlobalSecondaryIndexes' : 'LocalSecondaryIndexes'
  return { ...capacity, ...units, [kind]: { [IndexName]: units } }
}
