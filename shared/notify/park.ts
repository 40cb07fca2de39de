import type { NotifyDeps } from './deps.ts'

/** Sets a person aside on whom our own code has failed: `failed`, until somebody mends it. False when that fails, too. */
export async function park(person: string, { store, log }: Pick<NotifyDeps, 'store' | 'log'>): Promise<boolean> {
  try {
    const notify = await store.notify(person)
    const next = { state: 'failed', reason: 'BUG' } as const
    const isParked = (await store.commit({ person, notify: { ...notify, next } })) !== undefined
    if (isParked) log.error('notice.failed', { reason: next.reason })
    return isParked
  } catch {
    return false
  }
}
