import type { Clock } from '../../shared/kernel/time.ts'
import { contention, ROUNDS } from '../../shared/store/contention.ts'
import type { DocumentChange } from '../../shared/store/documents.ts'
import { versionOver } from '../../shared/store/version.ts'
import { COLLECTION, unavailable } from './collection.ts'
import type { CloudDatabase, CloudTransaction } from './database.ts'
import { wordsOf } from './sdk-error.ts'
import { membersOf, NOT_THERE, type Read, readOf } from './stored.ts'

export interface TransactionDeps {
  readonly database: CloudDatabase
  readonly clock: Clock
  /** Waits for somebody else's transaction, longer from round to round: who came back at once would be refused until it ends. */
  readonly giveWay: (round: number) => Promise<void>
}

/**
 * Changes several documents in a transaction, again and again while others are in its way. False when `change` makes nothing of them.
 * @throws {Fault} TABLE_UNAVAILABLE
 */
export async function changeTogether(
  ids: readonly string[],
  change: DocumentChange,
  { database, clock, giveWay }: TransactionDeps,
): Promise<boolean> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const transaction = await database.startTransaction().catch((cause: unknown) => {
      throw unavailable(cause)
    })
    try {
      return await changeWithin(transaction, ids, change, clock)
    } catch (cause) {
      await transaction.rollback().catch(() => undefined)
      if (!isConflict(cause)) throw unavailable(cause)
      await giveWay(round)
    }
  }
  throw contention()
}

async function changeWithin(
  transaction: CloudTransaction,
  ids: readonly string[],
  change: DocumentChange,
  clock: Clock,
): Promise<boolean> {
  // One action at a time, and all in one order: of two transactions one waits for the other, and not each for each.
  const places = [...ids.entries()].sort(([, left], [, right]) => (left < right ? -1 : 1))
  const referenceTo = (id: string) => transaction.collection(COLLECTION).doc(id)
  const before: Read[] = ids.map(() => NOT_THERE)
  for (const [place, id] of places) before[place] = readOf((await referenceTo(id).get()).data)
  const after = change(before.map(({ document }) => document))
  if (after === undefined) {
    await transaction.rollback()
    return false
  }
  for (const [place, id] of places) {
    const [was, document] = [before[place] ?? NOT_THERE, after[place]]
    if (document !== undefined) {
      await referenceTo(id).set({ data: membersOf(document, versionOver([was.version], clock())) })
    } else if (was.document !== undefined) await referenceTo(id).remove()
  }
  await transaction.commit()
  return true
}

const isConflict = (cause: unknown): boolean => /conflict|TransactionBusy/i.test(wordsOf(cause))
