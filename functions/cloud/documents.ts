import { Fault } from '../../shared/kernel/fault.ts'
import type { Clock } from '../../shared/kernel/time.ts'
import { contention, ROUNDS } from '../../shared/store/contention.ts'
import type { Document, DocumentChange, Documents, MaybeDocument } from '../../shared/store/documents.ts'
import type { CloudCollection, CloudDatabase, CloudTransaction } from './database.ts'
import { errCodeOf, wordsOf } from './sdk-error.ts'
import { documentOf, type Found, storedOf } from './stored.ts'

/** In the cloud database of the function's environment. */
const COLLECTION = 'weapp_push'

const COLLECTION_MISSING = -502005
const REQUEST_FAILED = -502001
/** As many as one query gives. */
const MOST = 1000

/** Waits for somebody else's transaction, longer from round to round: who came back at once would be refused until it ends. */
type GiveWay = (round: number) => Promise<void>

const NOT_THERE = { document: undefined, version: 0 } as const
type Read = Found | typeof NOT_THERE

/**
 * Documents in the cloud database, for one invocation. One document is written over the version that was read, several in a
 * transaction; the collection is made when it is missing.
 */
export function cloudDocuments(database: CloudDatabase, clock: Clock, giveWay: GiveWay): Documents {
  const { command } = database
  /** As last read or written by this invocation; whoever was quicker since then is noticed when it is written over. */
  const known = new Map<string, Read>()
  /** Added just now: they need not be read once more. */
  const fresh = new Set<string>()

  async function ask<T>(act: (collection: CloudCollection) => Promise<T>): Promise<T> {
    const attempt = () => act(database.collection(COLLECTION))
    try {
      return await attempt().catch(async (cause: unknown) => {
        if (errCodeOf(cause) !== COLLECTION_MISSING) throw cause
        // Somebody else may make it at the same time.
        await database.createCollection(COLLECTION).catch(() => undefined)
        return await attempt()
      })
    } catch (cause) {
      throw unavailable(cause)
    }
  }

  async function read(id: string): Promise<Read> {
    const { data } = await ask((collection) => collection.where({ _id: id }).limit(1).get())
    const found = documentOf(data[0]) ?? NOT_THERE
    known.set(id, found)
    return found
  }

  async function add(document: Document): Promise<boolean> {
    const version = clock()
    const isAdded = await ask((collection) =>
      collection.add({ data: storedOf(document, version) }).then(
        () => true,
        async (cause: unknown) => {
          if (!(await isThere(collection, document.id, cause))) throw cause
          return false
        },
      ),
    )
    if (isAdded) {
      known.set(document.id, { document, version })
      fresh.add(document.id)
    }
    return isAdded
  }

  async function changeOne(id: string, change: DocumentChange): Promise<boolean> {
    for (let round = 0; round < ROUNDS; round += 1) {
      const remembered = round === 0 ? known.get(id) : undefined
      const before = remembered ?? (await read(id))
      const after = change([before.document])
      if (after === undefined && remembered === undefined) return false
      if (after !== undefined && (await write(id, before, after[0]))) return true
    }
    throw contention()
  }

  /** False when somebody was quicker. */
  async function write(id: string, before: Read, after: MaybeDocument): Promise<boolean> {
    if (before.document === undefined) return after === undefined || (await add(after))
    const asRead = { _id: id, version: before.version }
    const version = Math.max(clock(), before.version + 1)
    const isWritten = await ask(async (collection) => {
      if (after === undefined) return (await collection.where(asRead).remove()).stats.removed === 1
      const { _id, ...data } = storedOf(after, version)
      return (await collection.where(asRead).update({ data })).stats.updated === 1
    })
    if (isWritten) known.set(id, after === undefined ? NOT_THERE : { document: after, version })
    return isWritten
  }

  async function changeTogether(ids: readonly string[], change: DocumentChange): Promise<boolean> {
    for (let round = 0; round < ROUNDS; round += 1) {
      const transaction = await database.startTransaction().catch((cause: unknown) => {
        throw unavailable(cause)
      })
      try {
        const isDone = await changeWithin(transaction, ids, change)
        for (const id of ids) known.delete(id)
        return isDone
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
  ): Promise<boolean> {
    // One action at a time, and all in one order: of two transactions one waits for the other, and not each for each.
    const places = [...ids.entries()].sort(([, left], [, right]) => (left < right ? -1 : 1))
    const referenceTo = (id: string) => transaction.collection(COLLECTION).doc(id)
    const before: Read[] = ids.map(() => NOT_THERE)
    for (const [place, id] of places) before[place] = documentOf((await referenceTo(id).get()).data) ?? NOT_THERE
    const after = change(before.map(({ document }) => document))
    if (after === undefined) {
      await transaction.rollback()
      return false
    }
    for (const [place, id] of places) {
      const document = after[place]
      const version = Math.max(clock(), (before[place]?.version ?? 0) + 1)
      if (document !== undefined) {
        const { _id, ...data } = storedOf(document, version)
        await referenceTo(id).set({ data })
      } else if (before[place]?.document !== undefined) await referenceTo(id).remove()
    }
    await transaction.commit()
    return true
  }

  return {
    get: async (id) => ((fresh.delete(id) ? known.get(id) : undefined) ?? (await read(id))).document,
    add,
    change: async (ids, change) => {
      const [only, ...others] = ids
      if (only === undefined) return true
      return others.length === 0 ? await changeOne(only, change) : await changeTogether(ids, change)
    },
    of: async (person, which) => {
      const query = which === 'all' ? { person } : { person, openAt: command.gt(0) }
      const all: Document[] = []
      for (let last = '', count = MOST; count === MOST; last = all.at(-1)?.id ?? '') {
        const after = { ...query, _id: command.gt(last) }
        const page = documentsIn(
          await ask((collection) => collection.where(after).orderBy('_id', 'asc').limit(MOST).get()),
        )
        all.push(...page)
        count = page.length
      }
      return all
    },
    due: async (now, limit) => {
      const query = { dueAt: command.gt(0).and(command.lte(now)) }
      return documentsIn(await ask((collection) => collection.where(query).orderBy('dueAt', 'asc').limit(limit).get()))
    },
    sweep: async (now) => {
      await ask((collection) => collection.where({ expiresAt: command.gt(0).and(command.lte(now)) }).remove())
    },
  }
}

const documentsIn = ({ data }: { readonly data: readonly unknown[] }): readonly Document[] =>
  data.flatMap((each) => documentOf(each)?.document ?? [])

/** The numbers say no more than that it failed. */
async function isThere(collection: CloudCollection, id: string, cause: unknown): Promise<boolean> {
  if (errCodeOf(cause) !== REQUEST_FAILED && !/E11000|duplicate/i.test(wordsOf(cause))) return false
  return (await collection.where({ _id: id }).limit(1).get()).data.length > 0
}

const isConflict = (cause: unknown): boolean => /conflict|TransactionBusy/i.test(wordsOf(cause))

function unavailable(cause: unknown): Fault {
  if (cause instanceof Fault) return cause
  return new Fault(
    'TABLE_UNAVAILABLE',
    { because: 'cloud-database', errcode: errCodeOf(cause) ?? 0 },
    { cause, ...ADVICE },
  )
}

const ADVICE = {
  hint: `The cloud database did not answer as it should: look at the collection ${COLLECTION} in the console of cloud development.`,
  zh: `云数据库未正常应答：请在云开发控制台检查集合 ${COLLECTION}。`,
}
