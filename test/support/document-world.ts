import { type Clock, hours, type Seconds } from '../../shared/kernel/time.ts'
import { takeDue } from '../../shared/store/document-due.ts'
import { documentInbox } from '../../shared/store/document-inbox.ts'
import { documentWork } from '../../shared/store/document-work.ts'
import type { Document, Documents } from '../../shared/store/documents.ts'
import { pushKey } from '../../shared/store/inbox.ts'
import type { ItemKey } from '../../shared/store/key.ts'
import { documentId } from '../../shared/store/push-document.ts'
import { actWorldOver, type WorldOver } from './act-world.ts'
import type { WorkedInbox } from './inbox-contract.ts'

const NOBODY = () => undefined

/** All that acts, on documents; who is ready is told of by nobody but `later`. */
export function documentActWorld(
  documents: Documents,
  options: Parameters<typeof actWorldOver>[1] = {},
): DocumentWorld {
  const ready: ItemKey[] = []
  const world = actWorldOver(
    (clock) => ({
      work: documentWork(documents, clock, (key) => void ready.push(key)),
      inbox: documentInbox(documents, clock, hours(72)),
      wake: async () => [...ready.splice(0), ...(await takeDue(documents, clock(), 100))],
    }),
    options,
  )
  return { ...world, ready, document: (key) => documents.get(documentId(key)) }
}

export interface DocumentWorld extends WorldOver {
  /** Who was told to go on and was not worked off yet. */
  readonly ready: readonly ItemKey[]
  document(key: ItemKey): Promise<Document | undefined>
}

/** An inbox of documents, and whoever works off what is in it. */
export const workedDocuments =
  (make: () => Documents) =>
  (clock: Clock, retention: Seconds): WorkedInbox => {
    const work = documentWork(make(), clock, NOBODY)
    return {
      accept: (push) => documentInbox(make(), clock, retention).accept(push),
      finish: async (push) => {
        const task = await work.task(pushKey(push))
        if (task !== undefined) await work.commit({ settled: { task, as: { state: 'done', outcome: 'done' } } })
      },
    }
  }
