import type { StreamRecord } from '../../dev/emulator/dynamo-stream.ts'
import type { EventSourceSettings } from '../../dev/emulator/event-source-settings.ts'
import { NOW } from './build.ts'

interface RecordChanges {
  readonly pk?: string
  readonly sk?: string
  readonly atSec?: number
  readonly text?: string
}

/** A record whose sequence number is `n`, and of an item of its own unless it is said otherwise. */
export function aRecord(n: number, changes: RecordChanges = {}): StreamRecord {
  const { pk = 'note', sk = String(n), atSec = NOW, text = '' } = changes
  const Keys = { pk: { S: pk }, sk: { S: sk } }
  return {
    eventID: `event-${n}`,
    eventName: 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    eventSourceARN: 'arn:aws:dynamodb:us-east-1:000000000000:table/notes/stream/2025-10-09T08:53:20.000',
    dynamodb: {
      ApproximateCreationDateTime: atSec,
      Keys,
      NewImage: { ...Keys, text: { S: text } },
      SequenceNumber: String(n),
      SizeBytes: 26,
      StreamViewType: 'NEW_IMAGE',
    },
  }
}

export const someSettings = (changes: Partial<EventSourceSettings> = {}): EventSourceSettings => ({
  tableName: 'notes',
  batchSize: 10,
  batchWindowMs: 0,
  parallelizationFactor: 1,
  maximumRetryAttempts: -1,
  maximumRecordAgeInSeconds: -1,
  bisectBatchOnFunctionError: false,
  reportsBatchItemFailures: false,
  filterPatterns: [],
  ...changes,
})
