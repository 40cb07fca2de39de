import type { ConsumedCapacity, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { TableUsage } from './usage.ts'

/** One command, and what the table said it consumed. */
interface Spending {
  readonly command: string
  readonly capacities: readonly ConsumedCapacity[]
}

export interface TableMeter {
  /** Since it was last taken. */
  take(): TableUsage
}

/**
 * Asks of every command of a client what it consumes; the code under measurement knows nothing of it. A command that is refused
 * says nothing of its units although DynamoDB charges for it: then the measurement fails.
 */
export function meterOf(client: DynamoDBClient): TableMeter {
  let spent: Spending[] = []
  let refused: string[] = []
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const asking = { ...args, input: { ...args.input, ReturnConsumedCapacity: 'INDEXES' } }
        const result = await next(asking).catch((cause: unknown) => {
          refused.push(commandName)
          throw cause
        })
        const { ConsumedCapacity } = result.output as { ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] }
        if (ConsumedCapacity === undefined) throw new Error(`${commandName} does not say what it consumed`)
        spent.push({ command: commandName.replace(/Command$/, ''), capacities: [ConsumedCapacity].flat() })
        return result
      },
    { step: 'initialize', name: 'meter' },
  )
  return {
    take: () => {
      if (refused.length > 0) throw new Error(`the table refused ${refused.join(', ')}`)
      const taken = usageOf(spent)
      spent = []
      refused = []
      return taken
    },
  }
}

const READS: readonly string[] = ['GetItem', 'BatchGetItem', 'Query', 'TransactGetItems']

export function usageOf(spent: readonly Spending[]): TableUsage {
  const requests: Record<string, number> = {}
  for (const { command } of spent) requests[command] = (requests[command] ?? 0) + 1
  const reading = spent.filter(({ command }) => READS.includes(command))
  const transacting = spent.filter(({ command }) => command === 'TransactWriteItems')
  const writing = spent.filter(({ command }) => !READS.includes(command) && command !== 'TransactWriteItems')
  return {
    requests,
    writes: unitsOf(writing, ofTable),
    transactWrites: unitsOf(transacting, ofTable),
    indexWrites: unitsOf([...writing, ...transacting], ofIndexes),
    reads: unitsOf(reading, ofTable),
    indexReads: unitsOf(reading, ofIndexes),
  }
}

const unitsOf = (spent: readonly Spending[], units: (capacity: ConsumedCapacity) => number): number =>
  spent.flatMap(({ capacities }) => capacities).reduce((sum, capacity) => sum + units(capacity), 0)

const ofTable = ({ Table }: ConsumedCapacity): number => Table?.CapacityUnits ?? 0
const ofIndexes = ({ GlobalSecondaryIndexes = {}, LocalSecondaryIndexes = {} }: ConsumedCapacity): number =>
  [...Object.values(GlobalSecondaryIndexes), ...Object.values(LocalSecondaryIndexes)].reduce(
    (sum, { CapacityUnits = 0 }) => sum + CapacityUnits,
    0,
  )
