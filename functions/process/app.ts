import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import { act } from '../../shared/act/act.ts'
import type { ActDeps } from '../../shared/act/deps.ts'
import { identifierOf, keyOf, pauseBeforeRetry } from '../../shared/http/stream.ts'
import { whyOf } from '../../shared/kernel/fault.ts'
import { type Millis, millis } from '../../shared/kernel/time.ts'
import { LONGEST_RUN } from '../../shared/reply/action.ts'
import { isConversation } from '../../shared/wechat/message.ts'

/** Enough for the slowest push; what is left of a batch begins in another invocation. */
const TIME_FOR_ONE = millis(LONGEST_RUN + 60_000)

/** Works off the pushes of a batch: people side by side, each person's in order. What could not be begun is handed back. */
export const processApp =
  (deps: ActDeps) =>
  async ({ Records }: DynamoDBStreamEvent, remaining: () => Millis): Promise<DynamoDBBatchResponse> => {
    const handedBack = await Promise.all([...byPerson(Records)].map((records) => inOrder(records, deps, remaining)))
    const failed = handedBack.filter((record) => record !== undefined)
    if (failed.some(({ isBroken }) => isBroken)) await deps.sleep(pauseBeforeRetry(remaining()))
    return { batchItemFailures: failed.map(({ record }) => identifierOf(record)) }
  }

interface HandedBack {
  readonly record: DynamoDBRecord
  /** The table was out of reach, or there is a bug; otherwise there was no time left. */
  readonly isBroken: boolean
}

/** What one person writes stays together; everything else stands alone. */
function byPerson(records: readonly DynamoDBRecord[]): Iterable<readonly DynamoDBRecord[]> {
  const groups = new Map<string, DynamoDBRecord[]>()
  for (const record of records) {
    const { pk, sk } = keyOf(record)
    const name = isConversation(record.dynamodb?.NewImage?.message?.S ?? '') ? pk : `${pk}/${sk}`
    groups.set(name, [...(groups.get(name) ?? []), record])
  }
  return groups.values()
}

/** The first one that is to come again; those after it come again too. */
async function inOrder(
  records: readonly DynamoDBRecord[],
  deps: ActDeps,
  remaining: () => Millis,
): Promise<HandedBack | undefined> {
  for (const [index, record] of records.entries()) {
    if (index > 0 && remaining() < TIME_FOR_ONE) return { record, isBroken: false }
    try {
      await act(keyOf(record), deps)
    } catch (cause) {
      const why = whyOf(cause)
      deps.log.error('process.broken', why)
      return { record, isBroken: why.because !== 'contention' }
    }
  }
  return undefined
}
