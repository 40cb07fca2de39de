import { whyOf } from '../../shared/kernel/fault.ts'
import { documentInbox } from '../../shared/store/document-inbox.ts'
import { type InboxPush, pushKey } from '../../shared/store/inbox.ts'
import { documentId, postponed, settledPush, taskIn } from '../../shared/store/push-document.ts'
import { isUnfinished, type Settlement } from '../../shared/store/work.ts'
import { type Deadline, LONGEST_CALL } from './deadline.ts'
import type { CloudDeps } from './deps.ts'
import { letGo } from './recent.ts'
import { workOff } from './work-off.ts'

interface InMemory {
  /** What the database has accepted and cannot keep up with. */
  work(push: InboxPush, deadline: Deadline): Promise<void>
  /** It is in memory, and the database may have taken it without saying so. */
  keep(id: string): void
  /**
   * Tells the database what was done here, and to wait for what is still to do here: whoever looks for what is due would do it
   * all again. What is done is kept no longer.
   */
  note(deadline: Deadline): Promise<void>
  /** Nothing is sent to who was erased, and nothing kept. */
  forget(person: string): Promise<void>
}

const DONE_HERE: Settlement = { state: 'done', outcome: 'in-memory' }
const FAILED_HERE: Settlement = { state: 'failed', reason: 'in-memory' }

/** Pushes in the memory of the instance, because the database did not do its part. */
export function inMemory(deps: CloudDeps): InMemory {
  const { clock, log, memory, pushRetention } = deps
  /** How they have ended, by their documents; `undefined` while they have not. */
  const kept = new Map<string, Settlement | undefined>()

  function keep(id: string): void {
    kept.set(id, undefined)
    letGo(kept)
  }

  const drop = (id: string) => memory.change([id], () => [undefined])

  async function endings(): Promise<void> {
    for (const [id, ending] of kept) {
      if (ending !== undefined) continue
      const document = await memory.get(id)
      if (document === undefined) kept.delete(id)
      else if (!isUnfinished(document)) {
        kept.set(id, document.state === 'failed' ? FAILED_HERE : DONE_HERE)
        await drop(id)
      }
    }
  }

  /** @throws {Fault} TABLE_UNAVAILABLE */
  async function tell(id: string, ending: Settlement | undefined): Promise<'over' | 'open'> {
    let isOver = ending !== undefined
    const isNoted = await deps.documents().change([id], ([before]) => {
      if (before === undefined) return undefined
      // Somebody else has gone on with it.
      isOver ||= !isUnfinished(before)
      if (!isUnfinished(before)) return undefined
      const after = ending === undefined ? postponed(before, clock()) : settledPush(before, taskIn(before), ending)
      return after && [after]
    })
    log.debug('cloud.in-memory', { isNoted: Number(isNoted) })
    return isOver ? 'over' : 'open'
  }

  async function note({ timeLeft }: Deadline): Promise<void> {
    await endings()
    for (const [id, ending] of kept) {
      if (timeLeft() < LONGEST_CALL) return
      const outcome = await tell(id, ending).catch(whyOf)
      if (outcome === 'open') continue
      if (outcome !== 'over' && outcome.reason === 'TABLE_UNAVAILABLE') {
        // One that is in everybody's way holds up nobody else; a database that does not answer does not answer the next one either.
        if (outcome.because === 'contention') continue
        return
      }
      if (outcome !== 'over') log.error('cloud.broken', outcome)
      kept.delete(id)
      await drop(id)
    }
  }

  return {
    keep,
    note,
    work: async (push, deadline) => {
      const key = pushKey(push)
      await documentInbox(memory, clock, pushRetention).accept(push)
      keep(documentId(key))
      await workOff(key, memory, deadline, deps)
    },
    forget: async (person) => {
      for (const { id } of await memory.of(person, 'all')) await drop(id)
    },
  }
}
