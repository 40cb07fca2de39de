import { sha256 } from '../kernel/bytes.ts'
import { hours, type Millis, millis, minutes, type Seconds, toMillis } from '../kernel/time.ts'
import type { Document } from './documents.ts'
import { type InboxPush, pushKey } from './inbox.ts'
import type { ItemKey } from './key.ts'
import { type Belonging, isUnfinished, type PushState, type Settlement, type Task } from './work.ts'

/** Longer than the lease on a step: what is still ready then, nobody works on. */
export const LOST_AFTER = minutes(6)

/** What has failed is there for people to look at for a month longer: nobody replays it, and anybody may have made it up. */
const FAILED_KEPT = toMillis(hours(24 * 30))

/** What a push's document says beside its members. */
interface Said extends Omit<Task, 'key' | 'state'> {
  readonly sk: string
  readonly message: string
  readonly forgetAt: Millis
  /** A code or a name, or how it ended; for people. */
  readonly reason?: string
}

/** The database refuses a second document under this name: that is the dedup. */
export const documentId = ({ pk, sk }: ItemKey): string => sha256(JSON.stringify([pk, sk]))

const saidIn = ({ value }: Document): Said => JSON.parse(value) as Said

const saying = (said: Said): Pick<Document, 'value'> => ({ value: JSON.stringify(said) })

export function pushDocument(push: InboxPush, acceptedAt: Millis, forgetAt: Seconds): Document {
  const { message, text, signedAt, isConversation } = push
  const key = pushKey(push)
  return {
    id: documentId(key),
    person: key.pk,
    kind: 'push',
    state: 'ready',
    openAt: isConversation ? acceptedAt : 0,
    dueAt: acceptedAt + LOST_AFTER,
    expiresAt: 0,
    ...saying({ sk: key.sk, message, text, signedAt, acceptedAt, attempts: 0, forgetAt: toMillis(forgetAt) }),
  }
}

export const keyOfPush = (document: Document): ItemKey => ({ pk: document.person, sk: saidIn(document).sk })

export function taskIn(document: Document): Task {
  const said = saidIn(document)
  const { text, signedAt, acceptedAt, attempts } = said
  const state = document.state as PushState
  return { key: keyOfPush(document), state, text, signedAt, acceptedAt, attempts, ...progressIn(said) }
}

/** `undefined` when it has been settled meanwhile, or tried once more. */
export function settledPush(before: Document, task: Task, as: Settlement): Document | undefined {
  const said = saidIn(before)
  if (!isUnfinished(before) || said.attempts !== task.attempts) return undefined
  const attempts = task.attempts + (as.state !== 'waiting' || as.isAttempt ? 1 : 0)
  switch (as.state) {
    case 'done':
      return ended(before, { ...without(said), attempts, reason: as.outcome })
    case 'failed':
      return {
        ...before,
        state: 'failed',
        openAt: 0,
        dueAt: 0,
        expiresAt: said.forgetAt + FAILED_KEPT,
        ...saying({ ...without(said), attempts, reason: as.reason, ...progressIn(as) }),
      }
    case 'waiting':
      return { ...before, state: 'waiting', dueAt: as.dueAt, ...saying({ ...said, attempts, reason: as.reason }) }
  }
}

/** Somebody who knows of it is at work: nobody else begins for a while. */
export const postponed = (before: Document, now: Millis): Document => ({ ...before, dueAt: now + LOST_AFTER })

/** What was accepted once is never new again, until it may be forgotten. */
function ended(before: Document, said: Said): Document {
  return { ...before, state: 'done', openAt: 0, dueAt: 0, expiresAt: said.forgetAt, ...saying(said) }
}

const without = ({ progress: _, reason: __, ...said }: Said): Said => said

const progressIn = ({ progress }: Pick<Said, 'progress'>) => (progress === undefined ? {} : { progress })

/** Its time has come, or the one before it is over: whoever reads what is due finds it, if nobody begins before. */
export const readiedPush = (before: Document, dueAt: Millis): Document | undefined =>
  before.state === 'waiting' ? { ...before, state: 'ready', dueAt } : undefined

/** What is left of an erased push: that it came once. */
export const erasedPush = (before: Document): Document | undefined =>
  isUnfinished(before) ? undefined : ended(before, { ...without(saidIn(before)), text: '', reason: 'erased' })

export function belongingOf(document: Document): Belonging {
  const said = JSON.parse(document.value) as Partial<Said> & { readonly sk: string; readonly version?: number }
  const isPush = document.kind === 'push'
  return {
    key: { pk: document.person, sk: said.sk },
    state: isPush ? (document.state as PushState) : undefined,
    kind: said.message ?? '',
    version: said.version ?? 0,
    since: millis(isPush ? (said.acceptedAt ?? 0) : document.kind === 'permit' ? (said.version ?? 0) : 0),
  }
}
