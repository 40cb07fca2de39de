import { randomBytes } from 'node:crypto'
import type { Clock } from '../../shared/kernel/time.ts'
import { type Change, isSameItem } from './dynamo-images.ts'
import { type Item, itemSize } from './item-size.ts'
import type { TableTemplate } from './template-tables.ts'

/** One change, as DynamoDB Streams gives it to Lambda. */
export interface StreamRecord {
  readonly eventID: string
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE'
  readonly eventVersion: '1.1'
  readonly eventSource: 'aws:dynamodb'
  readonly awsRegion: string
  readonly eventSourceARN: string
  readonly dynamodb: {
    /** Unix time in seconds. */
    readonly ApproximateCreationDateTime: number
    readonly Keys: Item
    readonly NewImage?: Item
    readonly OldImage?: Item
    /** Decimal; it grows with each record. */
    readonly SequenceNumber: string
    readonly SizeBytes: number
    readonly StreamViewType: StreamViewType
  }
  /** There when DynamoDB deleted the item because it had expired. */
  readonly userIdentity?: { readonly type: 'Service'; readonly principalId: 'dynamodb.amazonaws.com' }
}

export type StreamViewType = NonNullable<TableTemplate['streamViewType']>

const REGION = 'us-east-1'
/** Sequence numbers of one length sort as texts too. */
const FIRST_SEQUENCE_NUMBER = 100_000_000_000_000_000_000n

/** Makes a record of each change to a table that has a stream; a write that changes nothing makes none. */
export function recordChanges(
  tables: readonly TableTemplate[],
  clock: Clock,
  onRecord: (record: StreamRecord) => void,
): (change: Change) => void {
  const views = new Map(tables.map(({ createTable, streamViewType }) => [createTable.TableName, streamViewType]))
  const startedAt = new Date(clock()).toISOString().slice(0, -1)
  let count = 0n
  return (change) => {
    const view = views.get(change.tableName)
    if (view === undefined || isSameItem(change.before, change.after)) return
    count += 1n
    onRecord({
      eventID: randomBytes(16).toString('hex'),
      eventName: change.before === undefined ? 'INSERT' : change.after === undefined ? 'REMOVE' : 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: REGION,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(clock() / 1000),
        SequenceNumber: String(FIRST_SEQUENCE_NUMBER + count),
        ...seenBy(view, change),
      },
      eventSourceARN: `arn:aws:dynamodb:${REGION}:000000000000:table/${change.tableName}/stream/${startedAt}`,
      ...(change.by === 'ttl' ? { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } } : {}),
    })
  }
}

type Images = Pick<StreamRecord['dynamodb'], 'Keys' | 'NewImage' | 'OldImage' | 'SizeBytes' | 'StreamViewType'>

/** What a view shows of a change, and how much that is. */
function seenBy(view: StreamViewType, { key, before, after }: Change): Images {
  const shown = {
    ...(after !== undefined && /^NEW_/.test(view) ? { NewImage: after } : {}),
    ...(before !== undefined && /OLD_IMAGES?$/.test(view) ? { OldImage: before } : {}),
  }
  const SizeBytes = [key, ...Object.values(shown)].reduce((sum, image) => sum + itemSize(image), 0)
  return { Keys: key, ...shown, SizeBytes, StreamViewType: view }
}
