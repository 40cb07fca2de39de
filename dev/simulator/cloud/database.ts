import { setTimeout as wait } from 'node:timers/promises'
import type { Members } from '../api/call.ts'
import { type CloudFailure, cloudFailures } from './cloud-failures.ts'
import { ACTIONS, targetsOf } from './database-actions.ts'
import { collections, type View } from './database-collections.ts'
import { DatabaseError } from './database-error.ts'
import { transactions } from './database-transactions.ts'
import type { Document } from './ejson.ts'

export interface DatabaseOptions {
  /** `absent`: the environment has none; `forbidden`: every action is refused. */
  readonly database?: 'present' | 'absent' | 'forbidden'
  /** Those that there are from the beginning. */
  readonly collections?: readonly string[]
  /** How long an action of a transaction lasts at least, by real time: of two that overlap the second is refused. */
  readonly transactionHoldMs?: number
  /** How long a transaction may stay open, by real time. */
  readonly transactionLifetimeMs?: number
}

/** The cloud database, in memory. */
export interface CloudDatabase {
  /** All of a collection, in the order in which they were first written; `undefined`: there is no such collection. */
  documents(collection: string): readonly Document[] | undefined
  createCollection(name: string): void
  /** @throws {TypeError} also for what only a cloud call can meet */
  fail(failure: CloudFailure): void
}

interface StartedDatabase extends CloudDatabase {
  clearFailures(): void
  /** What happens to the next such action, if anything; it counts. */
  failureOf(action: string): CloudFailure | undefined
  /** What the SDK reads: `data`, `transactionId`, or `code` and `message`. */
  answerTo(action: string, params: Members): Promise<Readonly<Record<string, unknown>>>
  close(): void
}

const HOLD_MS = 5
const LIFETIME_MS = 30_000

export function startDatabase(options: DatabaseOptions = {}): StartedDatabase {
  const { database = 'present', transactionHoldMs = HOLD_MS, transactionLifetimeMs = LIFETIME_MS } = options
  const kept = collections(options.collections)
  const open = transactions(kept, transactionLifetimeMs)
  const toCome = cloudFailures()
  const whole: View = {
    all: (name) => [...kept.read(name).values()].map(({ document }) => document),
    find: (name, id) => kept.read(name).get(id)?.document,
    write: kept.replace,
  }
  return {
    documents: (name) => (kept.snapshot().has(name) ? whole.all(name) : undefined),
    createCollection: kept.create,
    fail: (failure) => {
      if (failure.errcode !== undefined || failure.systemError !== undefined) {
        throw new TypeError('a database fails with gatewayError, not with errcode or systemError')
      }
      toCome.add(failure)
    },
    clearFailures: toCome.clear,
    failureOf: toCome.take,
    close: open.close,
    answerTo: async (action, params) => {
      try {
        return await done(action, params)
      } catch (error) {
        if (error instanceof DatabaseError) return { code: error.code, message: error.message }
        throw error
      }
    },
  }

  /** @throws {DatabaseError} */
  async function done(action: string, params: Members): Promise<Readonly<Record<string, unknown>>> {
    if (database === 'absent') throw new DatabaseError('RESOURCE_NOT_INITIAL')
    if (database === 'forbidden') throw new DatabaseError('DATABASE_PERMISSION_DENIED')
    const { transactionId } = params
    if (action === 'startTransaction') return { transactionId: open.start() }
    if (action === 'addCollection') return { data: { created: void kept.create(String(params.collectionName)) } }
    if (typeof transactionId !== 'string') return { data: await outside(action, params) }
    return open.find(transactionId).alone(async () => {
      await wait(transactionHoldMs)
      return within(transactionId, action, params)
    })
  }

  function within(id: string, action: string, params: Members): Readonly<Record<string, unknown>> {
    if (action === 'commitTransaction') return { transactionId: id, committed: void open.commit(id) }
    if (action === 'abortTransaction') return { transactionId: id, aborted: void open.abort(id) }
    return { data: actionOf(action)(open.find(id), params) }
  }

  async function outside(action: string, params: Members): Promise<Readonly<Record<string, unknown>>> {
    const run = actionOf(action)
    for (const id of targetsOf(whole, action, params)) await open.released(String(params.collectionName), id)
    return run(whole, params)
  }
}

function actionOf(action: string): (typeof ACTIONS)[string] {
  const found = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined
  if (found === undefined) throw new DatabaseError('DATABASE_INVALID_OPERRATOR', ` ${action}`)
  return found
}
