import type { Clock } from '../../shared/kernel/time.ts'
import type { DynamoAnswer, DynamoEngine, DynamoRequest } from './dynamo-engine.ts'
import { openGate } from './dynamo-gate.ts'
import { type Change, imagesIn } from './dynamo-images.ts'
import { completeRead } from './dynamo-reads.ts'
import { rememberTokens } from './dynamo-tokens.ts'
import { readTransaction, writeTransaction } from './dynamo-transactions.ts'
import { type Outcome, type Put, performWrite, WRITES } from './dynamo-writes.ts'

interface Listeners {
  /** Sees every put, written or not, before its writer has the answer. */
  onPut(put: Put): void
  /** Sees every write that was done, in the order of commits, before its writer has the answer. */
  onChange(change: Change): void
}

const READS = ['GetItem', 'BatchGetItem', 'Query', 'Scan']

/** dynalite and what it lacks. Writes go one by one; nobody reads while a transaction is half done. */
export function completeDynamo(engine: DynamoEngine, clock: Clock, { onPut, onChange }: Listeners): DynamoEngine {
  const images = imagesIn(engine)
  const tokens = rememberTokens(clock)
  const gate = openGate()
  let last: Promise<unknown> = Promise.resolve()

  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const turn = last.then(act)
    last = turn.catch(() => undefined)
    return turn
  }
  const write = (act: () => Promise<Outcome>): Promise<DynamoAnswer> =>
    inTurn(async () => {
      const { answer, puts, changes } = await act()
      for (const change of changes) onChange(change)
      for (const put of puts) onPut(put)
      return answer
    })

  return (request: DynamoRequest) => {
    const { operation } = request
    if (operation === 'TransactWriteItems') {
      return write(() => gate.shut(() => writeTransaction(engine, images, tokens, request)))
    }
    if (operation === 'TransactGetItems') return inTurn(() => readTransaction(engine, request))
    if (WRITES.includes(operation)) return write(() => performWrite(engine, images, request))
    if (READS.includes(operation)) return gate.pass(() => completeRead(engine, request))
    return engine(request)
  }
}
