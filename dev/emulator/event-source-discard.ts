import { randomUUID } from 'node:crypto'
import type { StreamRecord } from './dynamo-stream.ts'

export type DiscardCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded'

/**
 * What Lambda sends to the on-failure destination for a batch that it gives up.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export interface DiscardedBatch {
  readonly requestContext: {
    readonly requestId: string
    readonly functionArn: string
    readonly condition: DiscardCondition
    readonly approximateInvokeCount: number
  }
  /** Of the last invocation; left out when there was none. */
  readonly responseContext?: {
    readonly statusCode: 200
    readonly executedVersion: '$LATEST'
    readonly functionError: 'Unhandled' | null
  }
  readonly version: '1.0'
  readonly timestamp: string
  readonly DDBStreamBatchInfo: {
    readonly shardId: string
    readonly startSequenceNumber: string
    readonly endSequenceNumber: string
    readonly approximateArrivalOfFirstRecord: string
    readonly approximateArrivalOfLastRecord: string
    readonly batchSize: number
    readonly streamArn: string
  }
}

interface Discard {
  readonly functionName: string
  readonly records: readonly [StreamRecord, ...StreamRecord[]]
  readonly condition: DiscardCondition
  readonly invokeCount: number
  /** The last invocation threw; otherwise its answer named what failed. */
  readonly threw: boolean
  readonly nowMs: number
}

export function discardedBatch({ functionName, records, condition, invokeCount, ...rest }: Discard): DiscardedBatch {
  const [first] = records
  const last = records.at(-1) ?? first
  return {
    requestContext: {
      requestId: randomUUID(),
      functionArn: `arn:aws:lambda:${first.awsRegion}:000000000000:function:${functionName}`,
      condition,
      approximateInvokeCount: invokeCount,
    },
    ...(invokeCount === 0
      ? {}
      : {
          responseContext: {
            statusCode: 200,
            executedVersion: '$LATEST',
            functionError: rest.threw ? 'Unhandled' : null,
          },
        }),
    version: '1.0',
    timestamp: new Date(rest.nowMs).toISOString(),
    DDBStreamBatchInfo: {
      // A local stream has one shard; lanes share it, as they do in Lambda.
      shardId: 'shardId-00000000000000000000-local',
      startSequenceNumber: first.dynamodb.SequenceNumber,
      endSequenceNumber: last.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: arrivalOf(first),
      approximateArrivalOfLastRecord: arrivalOf(last),
      batchSize: records.length,
      streamArn: first.eventSourceARN,
    },
  }
}

const arrivalOf = ({ dynamodb }: StreamRecord): string =>
  new Date(dynamodb.ApproximateCreationDateTime * 1000).toISOString().replace('.000', '')
