import type { Clock } from '../../shared/kernel/time.ts'
import type { DynamoAnswer, DynamoEngine, DynamoRequest } from './dynamo-engine.ts'
import { openGate } from './dynamo-gate.ts'
import { type Change, imagesIn } from './dynamo-images.ts'
import { linesOf, openLines } from './dynamo-lines.ts'
import { completeRead } from './dynamo-reads.ts'
import { rememberTokens } from './dynamo-tokens.ts'
import { readTransaction, writeTransaction } from './dynamo-transactions.ts'
import { type Outcome, type Put, performWrite, WRITES } from './dynamo-writes.ts'
import type { TableTemplate } from './template-tables.ts'

interface Listeners {
  /** Sees every put, written or not, before its writer has the answer. */
  onPut(put: Put): void
  /** Sees every write that was done, in the order of commits, before its writer has the answer. */
  onChange(change: Change): void
}

const READS = ['GetItem', 'BatchGetItem', 'Query', 'Scan']

interface World extends Listeners {
  readonly clock: Clock
  readonly tables: readonly TableTemplate[]
}

/** dynalite and what it lacks. Writes of one item go one by one; nobody reads while a transaction is half done. */
export function completeDynamo(engine: DynamoEngine, { clock, tables, onPut, onChange }: World): DynamoEngine {
  const images = imagesIn(engine)
  const tokens = rememberTokens(clock)
  const gate = openGate()
  const inTurn = openLines()
  const lines = linesOf(tables)

  const write = ({ operation, body }: DynamoRequest, act: () => Promise<Outcome>): Promise<DynamoAnswer> =>
    inTurn(lines(operation, body), async () => {
      const { answer, puts, changes } = await act()
      for (const change of changes) onChange(change)
      for (const put of puts) onPut(put)
      return answer
    })

  return (request: DynamoRequest) => {
    const { operation, body } = request
    if (operation === 'TransactWriteItems') {
      return write(request, () => gate.shut(() => writeTransaction(engine, images, tokens, request)))
    }
    if (operation === 'TransactGetItems') return inTurn(lines(operation, body), () => readTransaction(engine, request))
    if (WRITES.includes(operation)) return write(request, () => performWrite(engine, images, request))
    if (READS.includes(operation)) return gate.pass(() => completeRead(engine, request))
    return engine(request)
  }
}
