import { Fault } from '../../shared/kernel/fault.ts'
import type { CloudCollection, CloudDatabase } from './database.ts'
import { errCodeOf } from './sdk-error.ts'

/** In the cloud database of the function's environment. */
export const COLLECTION = 'weapp_push'

const COLLECTION_MISSING = -502005

/**
 * Asks the collection, and makes it when it is missing.
 * @throws {Fault} TABLE_UNAVAILABLE
 */
export async function askCollection<T>(
  database: CloudDatabase,
  act: (collection: CloudCollection) => Promise<T>,
): Promise<T> {
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

export function unavailable(cause: unknown): Fault {
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
