import type { Millis } from '../../shared/kernel/time.ts'
import { contention, ROUNDS } from '../../shared/store/contention.ts'
import type { Document, DocumentChange, Documents, MaybeDocument } from '../../shared/store/documents.ts'
import { versionOver } from '../../shared/store/version.ts'
import { askCollection } from './collection.ts'
import type { CloudCollection } from './database.ts'
import { errCodeOf, REQUEST_FAILED, wordsOf } from './sdk-error.ts'
import { membersOf, NOT_THERE, type Read, readOf, storedOf } from './stored.ts'
import { changeTogether, type TransactionDeps } from './transaction.ts'

/** As many as one query gives. */
const MOST = 1000

/**
 * Documents in the cloud database, for one invocation. One document is written over the version that was read, several in a
 * transaction; the collection is made when it is missing.
 */
export function cloudDocuments(deps: TransactionDeps): Documents {
  const { database, clock } = deps
  const { command } = database
  /** As last read or written by this invocation; whoever was quicker since then is noticed when it is written over. */
  const known = new Map<string, Read>()
  /** Added just now: they need not be read once more. */
  const fresh = new Set<string>()

  const ask = <T>(act: (collection: CloudCollection) => Promise<T>) => askCollection(database, act)

  /** As `hasCome`, for a query. */
  const come = (now: Millis) => command.gt(0).and(command.lte(now))

  async function read(id: string): Promise<Read> {
    const { data } = await ask((collection) => collection.where({ _id: id }).limit(1).get())
    const found = readOf(data[0])
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
    const version = versionOver([before.version], clock())
    const isWritten = await ask(async (collection) => {
      if (after === undefined) return (await collection.where(asRead).remove()).stats.removed === 1
      return (await collection.where(asRead).update({ data: membersOf(after, version) })).stats.updated === 1
    })
    if (isWritten) known.set(id, after === undefined ? NOT_THERE : { document: after, version })
    return isWritten
  }

  return {
    get: async (id) => ((fresh.delete(id) ? known.get(id) : undefined) ?? (await read(id))).document,
    add,
    change: async (ids, change) => {
      const [only, ...others] = ids
      if (only === undefined) return true
      if (others.length === 0) return await changeOne(only, change)
      const isDone = await changeTogether(ids, change, deps)
      for (const id of ids) known.delete(id)
      return isDone
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
      const query = { dueAt: come(now) }
      return documentsIn(await ask((collection) => collection.where(query).orderBy('dueAt', 'asc').limit(limit).get()))
    },
    sweep: async (now) => {
      await ask((collection) => collection.where({ expiresAt: come(now) }).remove())
    },
  }
}

const documentsIn = ({ data }: { readonly data: readonly unknown[] }): readonly Document[] =>
  data.flatMap((each) => readOf(each).document ?? [])

/** The numbers say no more than that it failed. */
async function isThere(collection: CloudCollection, id: string, cause: unknown): Promise<boolean> {
  if (errCodeOf(cause) !== REQUEST_FAILED && !/E11000|duplicate/i.test(wordsOf(cause))) return false
  return (await collection.where({ _id: id }).limit(1).get()).data.length > 0
}
