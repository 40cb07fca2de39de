import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb'
import { Fault } from '../kernel/fault.ts'

/** Long enough for the SDK to try again, short beside the deadline of whoever waits. */
const DEADLINE_MS = 3000

/**
 * A call of the table with a deadline; a condition that does not hold passes through ({@link isDone}).
 * @throws {Fault} TABLE_UNAVAILABLE
 */
export async function tableCall<Output>(
  send: (options: { abortSignal: AbortSignal }) => Promise<Output>,
): Promise<Output> {
  try {
    return await send({ abortSignal: AbortSignal.timeout(DEADLINE_MS) })
  } catch (cause) {
    if (isOutrun(cause)) throw cause
    throw tableUnavailable(cause)
  }
}

/** Whether a write with a condition was done; of an item with a receipt, also whether the item that it met is its own. */
export async function isDone(write: Promise<unknown>, receipt?: string): Promise<boolean> {
  try {
    await write
    return true
  } catch (cause) {
    if (receipt !== undefined && isOwnWrite(cause, receipt)) return true
    if (isOutrun(cause)) return false
    throw cause
  }
}

/** A condition did not hold, or a transaction held the item: somebody was quicker. */
const isOutrun = (cause: unknown): boolean =>
  cause instanceof ConditionalCheckFailedException ||
  cause instanceof TransactionConflictException ||
  (cause instanceof TransactionCanceledException &&
    (cause.CancellationReasons ?? []).some(({ Code }) => OUTRUN.has(Code)))

/** The SDK repeats a call whose answer was lost; what its condition then meets may be what the first one wrote. */
export const isOwnWrite = (cause: unknown, receipt: string): boolean =>
  cause instanceof ConditionalCheckFailedException && cause.Item?.receipt?.S === receipt

const OUTRUN = new Set<string | undefined>(['ConditionalCheckFailed', 'TransactionConflict'])

export const tableUnavailable = (cause: unknown): Fault =>
  new Fault('TABLE_UNAVAILABLE', { because: cause instanceof Error ? cause.name : 'unknown' }, { cause })
