import { type Collections, notThere, type Stored, type View, withDocument } from './database-collections.ts'
import { DatabaseError } from './database-error.ts'

interface Transaction extends View {
  /** What it will have written, by collection and id. */
  readonly written: Map<string, readonly [collection: string, id: string]>
  /** Runs an action of its own; at any time there is one. @throws {DatabaseError} DATABASE_TRANSACTION_FAIL */
  alone<T>(action: () => Promise<T>): Promise<T>
  readonly ended: Promise<void>
  end(): void
}

const keyOf = (collection: string, id: string): string => JSON.stringify([collection, id])

/**
 * Transactions with the isolation of MongoDB's: each reads the database as it was when it began, the first of two that write a document
 * wins and the other is told of the conflict when it writes, and what is only read is not guarded. A write outside of them waits for
 * the transaction that has written the document.
 */
export function transactions(kept: Collections, lifetimeMs: number) {
  const open = new Map<string, Transaction>()
  let lastId = 0
  return { start, find, commit, abort, released, close }

  function start(): string {
    const id = `local-transaction-${++lastId}`
    const timer = setTimeout(() => abort(id), lifetimeMs)
    timer.unref()
    open.set(id, transaction(timer))
    return id
  }

  /** @throws {DatabaseError} DATABASE_TRANSACTION_NOT_EXIST */
  function find(id: string): Transaction {
    const found = open.get(id)
    if (found === undefined) throw new DatabaseError('DATABASE_TRANSACTION_NOT_EXIST')
    return found
  }

  function commit(id: string): void {
    const ending = find(id)
    for (const [collection, document] of ending.written.values()) {
      kept.replace(collection, document, ending.find(collection, document))
    }
    abort(id)
  }

  function abort(id: string): void {
    open.get(id)?.end()
    open.delete(id)
  }

  /** Resolves when no transaction holds the document. */
  async function released(collection: string, id: string): Promise<void> {
    for (let holder = holderOf(collection, id); holder !== undefined; holder = holderOf(collection, id)) {
      await holder.ended
    }
  }

  function holderOf(collection: string, id: string): Transaction | undefined {
    return [...open.values()].find(({ written }) => written.has(keyOf(collection, id)))
  }

  function close(): void {
    for (const id of open.keys()) abort(id)
  }

  function transaction(timer: NodeJS.Timeout): Transaction {
    const before = kept.snapshot()
    const view = new Map(before)
    const written: Transaction['written'] = new Map()
    let end = (): void => undefined
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    let isBusy = false
    const read = (name: string): ReadonlyMap<string, Stored> => view.get(name) ?? notThere()
    const self: Transaction = {
      written,
      ended,
      end: () => {
        clearTimeout(timer)
        end()
      },
      all: (collection) => [...read(collection).values()].map(({ document }) => document),
      find: (collection, id) => read(collection).get(id)?.document,
      write: (collection, id, document) => {
        const holder = holderOf(collection, id)
        const isStale = kept.read(collection).get(id) !== before.get(collection)?.get(id)
        if (isStale || (holder !== undefined && holder !== self))
          throw new DatabaseError('DATABASE_TRANSACTION_CONFLICT')
        view.set(collection, withDocument(read(collection), id, document))
        written.set(keyOf(collection, id), [collection, id])
      },
      alone: async (action) => {
        if (isBusy) throw new DatabaseError('DATABASE_TRANSACTION_FAIL')
        isBusy = true
        try {
          return await action()
        } finally {
          isBusy = false
        }
      },
    }
    return self
  }
}
