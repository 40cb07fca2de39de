import { isUnavailable } from '../../shared/kernel/fault.ts'
import { documentInbox } from '../../shared/store/document-inbox.ts'
import type { Documents } from '../../shared/store/documents.ts'
import { type InboxPush, pushKey } from '../../shared/store/inbox.ts'
import { documentId } from '../../shared/store/push-document.ts'
import type { Deadline } from './deadline.ts'
import type { CloudDeps } from './deps.ts'
import { readAhead } from './read-ahead.ts'
import { letGo } from './recent.ts'
import { mayComeBack } from './sdk-error.ts'

interface CloudInbox {
  /**
   * In the cloud database, or in memory where there is none: better than to say nothing to anybody. What changes our books waits for
   * a database that may come back, and so does whoever was late already: WeChat sends it again.
   */
  accept(push: InboxPush, deadline: Deadline): Promise<{ documents: Documents; outcome: 'new' | 'seen' }>
  /** Once an instance. @throws what is no fault of the database */
  warn(cause: unknown): void
}

export function cloudInbox({ clock, log, memory, pushRetention, documents: database }: CloudDeps): CloudInbox {
  /** Wherever they were accepted: the database may be gone or back when WeChat sends one again. */
  const accepted = new Set<string>()
  let hasWarned = false

  const inboxIn = (documents: Documents) => documentInbox(documents, clock, pushRetention)

  function warn(cause: unknown): void {
    if (!isUnavailable(cause)) throw cause
    const { code, facts, hint, zh } = cause
    if (!hasWarned) log.warn('cloud.without-database', { reason: code, ...facts, hint, zh })
    hasWarned = true
  }

  async function acceptNew(push: InboxPush, { timeLeft }: Deadline) {
    try {
      const documents = push.isConversation ? readAhead(database(), pushKey(push)) : database()
      return { documents, outcome: await inboxIn(documents).accept(push) }
    } catch (cause) {
      warn(cause)
      if (timeLeft() === 0 || (!push.isConversation && mayComeBack(cause))) throw cause
      await memory.sweep(clock())
      return { documents: memory, outcome: await inboxIn(memory).accept(push) }
    }
  }

  return {
    warn,
    accept: async (push, deadline) => {
      const id = documentId(pushKey(push))
      if (accepted.has(id)) return { documents: database(), outcome: 'seen' }
      const where = await acceptNew(push, deadline)
      accepted.add(id)
      letGo(accepted)
      return where
    },
  }
}
