import { Fault } from '../../shared/kernel/fault.ts'
import { documentInbox } from '../../shared/store/document-inbox.ts'
import type { Documents } from '../../shared/store/documents.ts'
import { type InboxPush, pushKey } from '../../shared/store/inbox.ts'
import type { ItemKey } from '../../shared/store/key.ts'
import { documentId, settledPush, taskIn } from '../../shared/store/push-document.ts'
import type { Deadline } from './deadline.ts'
import type { CloudDeps } from './deps.ts'
import { readAhead } from './read-ahead.ts'
import { mayPass } from './sdk-error.ts'
import { workOff } from './work-off.ts'

interface CloudInbox {
  /**
   * In the cloud database, or in memory where there is none: better than to say nothing to anybody. What changes our books waits for
   * a database that is out of reach for the moment, and so does whoever was late already: WeChat sends it again.
   */
  accept(push: InboxPush, deadline: Deadline): Promise<{ documents: Documents; outcome: 'new' | 'seen' }>
  /** What the database has accepted and cannot keep up with. */
  inMemory(push: InboxPush, deadline: Deadline): Promise<void>
  /**
   * Tells the database what was done in memory, now and before: it may have taken the push without saying so, and whoever looks for
   * what is due would do it all again.
   */
  note(deadline: Deadline, key?: ItemKey): Promise<void>
  /** Once an instance. @throws what is no fault of the database */
  warn(cause: unknown): void
}

export function cloudInbox(deps: CloudDeps): CloudInbox {
  const { clock, log, memory, pushRetention } = deps
  /** What was begun in memory and the database does not know of. */
  const unnoted = new Set<string>()
  let hasWarned = false

  const inboxIn = (documents: Documents) => documentInbox(documents, clock, pushRetention)

  function warn(cause: unknown): void {
    if (!(cause instanceof Fault && cause.code === 'TABLE_UNAVAILABLE')) throw cause
    const { code, facts, hint, zh } = cause
    if (!hasWarned) log.warn('cloud.without-database', { reason: code, ...facts, hint, zh })
    hasWarned = true
  }

  async function accept(push: InboxPush, { timeLeft }: Deadline) {
    try {
      const database = deps.documents()
      const documents = push.isConversation ? readAhead(database, pushKey(push)) : database
      return { documents, outcome: await inboxIn(documents).accept(push) }
    } catch (cause) {
      warn(cause)
      if (timeLeft() === 0 || (!push.isConversation && mayPass(cause))) throw cause
      await memory.sweep(clock())
      return { documents: memory, outcome: await inboxIn(memory).accept(push) }
    }
  }

  async function inMemory(push: InboxPush, deadline: Deadline): Promise<void> {
    const key = pushKey(push)
    await inboxIn(memory).accept(push)
    await workOff(key, memory, deadline, deps)
    await note(deadline, key)
  }

  async function note({ timeLeft }: Deadline, key?: ItemKey): Promise<void> {
    if (key !== undefined) unnoted.add(documentId(key))
    for (const id of unnoted) {
      const { state } = (await memory.get(id)) ?? {}
      if (state === 'done' && (timeLeft() === 0 || !(await noteInDatabase(id)))) return
      if (state !== 'ready' && state !== 'waiting') unnoted.delete(id)
    }
  }

  /** False when the database cannot be asked. */
  async function noteInDatabase(id: string): Promise<boolean> {
    try {
      const isNoted = await deps.documents().change([id], ([before]) => {
        const after = before && settledPush(before, taskIn(before), { state: 'done', outcome: 'in-memory' })
        return after && [after]
      })
      log.debug('cloud.in-memory', { isNoted: Number(isNoted) })
      return true
    } catch (cause) {
      warn(cause)
      return false
    }
  }

  return { accept, inMemory, note, warn }
}
