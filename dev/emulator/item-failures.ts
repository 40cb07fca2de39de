import type { StreamRecord } from './dynamo-stream.ts'

/**
 * Where a function stopped, by its answer to ReportBatchItemFailures: the index of the first record that it names, and
 * `undefined` when all went well. An answer that makes no sense fails the whole batch.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function firstFailed(answer: unknown, records: readonly StreamRecord[]): number | undefined {
  const failures = memberOf(answer, 'batchItemFailures')
  if (failures === undefined || failures === null) return undefined
  if (!Array.isArray(failures)) return 0
  if (failures.length === 0) return undefined
  const places = failures.map((failure) => {
    const named = memberOf(failure, 'itemIdentifier')
    return records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === named)
  })
  return Math.max(0, Math.min(...places))
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined
