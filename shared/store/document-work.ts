import { type Clock, hours, type Millis, toMillis } from '../kernel/time.ts'
import type { Document, DocumentChange, Documents, MaybeDocument } from './documents.ts'
import { type ItemKey, permitKey, windowKey } from './key.ts'
import { noPermit, type Permit } from './permit.ts'
import {
  belongingOf,
  documentId,
  erasedPush,
  keyOfPush,
  postponed,
  readiedPush,
  settledPush,
  taskIn,
} from './push-document.ts'
import { versionOver } from './version.ts'
import { NO_WINDOW, type Window } from './window.ts'
import { type Belonging, type Changes, versionsIn, type Work } from './work.ts'

/** Longer than any window: after that it says nothing any more. */
const WINDOW_KEPT = toMillis(hours(72))

/** Work on documents. No stream tells of what becomes ready: `onReady` does. */
export function documentWork(documents: Documents, clock: Clock, onReady: (key: ItemKey) => void): Work {
  async function read<T>(key: ItemKey, absent: T): Promise<T> {
    const found = await documents.get(documentId(key))
    return found === undefined ? absent : (contentOf(found) as T)
  }

  async function commit(changes: Changes): Promise<number | undefined> {
    const now = clock()
    const version = versionOver(versionsIn(changes), now)
    const writes = writesOf(changes, now, version)
    if (writes.length === 0) return version
    const ids = writes.map(({ key }) => documentId(key))
    if (!(await documents.change(ids, together(writes)))) return undefined
    if (changes.released !== undefined) onReady(changes.released)
    return version
  }

  return {
    task: async (key) => {
      const found = await documents.get(documentId(key))
      return found === undefined ? undefined : taskIn(found)
    },
    window: (key) => read(key, NO_WINDOW),
    permit: async (person, templateId, isLongTerm) => ({
      ...(await read(permitKey(person, templateId), noPermit(templateId, isLongTerm))),
      isLongTerm,
    }),
    commit,
    conversation: async (person) => {
      // One after the other: whoever settles a push after the window was read has changed it.
      const window = await read(windowKey(person), NO_WINDOW)
      const open = await documents.of(person, 'open')
      return { window, unfinished: [...open].sort(byAcceptance).map(keyOfPush) }
    },
    wake: async (key) => {
      const isReady = await documents.change([documentId(key)], ([before]) =>
        before?.state === 'ready' ? [postponed(before, clock())] : undefined,
      )
      if (isReady) onReady(key)
    },
    belongings: async (person) => (await documents.of(person, 'all')).map(belongingOf),
    erase: async (belongings) => {
      let isAll = true
      for (const belonging of belongings) isAll = (await erase(documents, belonging)) && isAll
      return isAll
    },
  }
}

/** Of two in the same moment the order is any, but always the same. */
const byAcceptance = (left: Document, right: Document): number =>
  left.openAt - right.openAt || (left.id < right.id ? -1 : 1)

interface Write {
  readonly key: ItemKey
  /** `undefined` when it is not as it was read. */
  readonly over: (before: MaybeDocument) => MaybeDocument
}

const together =
  (writes: readonly Write[]): DocumentChange =>
  (before) => {
    const after = writes.map(({ over }, place) => over(before[place]))
    return after.includes(undefined) ? undefined : after
  }

function writesOf(
  { settled, window, permits = [], released }: Changes,
  now: Millis,
  version: number,
): readonly Write[] {
  const writes: Write[] = permits.map(({ person, permit }) => {
    const key = permitKey(person, permit.templateId)
    return { key, over: replaced(key, permit, { ...permit, version }, { kind: 'permit', expiresAt: 0 }) }
  })
  if (window !== undefined) {
    const { key, window: after } = window
    const kind = key.sk === windowKey(key.pk).sk ? 'window' : 'progress'
    const expiresAt = after.line.length === 0 ? now + WINDOW_KEPT : 0
    writes.push({ key, over: replaced(key, after, { ...after, version }, { kind, expiresAt }) })
  }
  if (settled !== undefined) {
    const { task, as } = settled
    writes.push({ key: task.key, over: (before) => before && settledPush(before, task, as) })
  }
  // Whoever is told of it begins now; if nobody does, it is due.
  if (released !== undefined) writes.push({ key: released, over: (before) => before && readiedPush(before, now) })
  return writes
}

/** Over what was read: version 0 was not there. */
const replaced =
  (
    { pk, sk }: ItemKey,
    read: { readonly version: number },
    after: Permit | Window,
    members: Pick<Document, 'kind' | 'expiresAt'>,
  ) =>
  (before: MaybeDocument): MaybeDocument => {
    const found = before === undefined ? 0 : versionOf(before)
    if (found !== read.version) return undefined
    const value = JSON.stringify({ sk, version: after.version, content: after })
    return { id: documentId({ pk, sk }), person: pk, state: '', openAt: 0, dueAt: 0, value, ...members }
  }

const versionOf = ({ value }: Document): number => (JSON.parse(value) as { readonly version: number }).version

const contentOf = ({ value }: Document): unknown => (JSON.parse(value) as { readonly content: unknown }).content

/** What has changed since it was read stays. */
async function erase(documents: Documents, { key, state, version }: Belonging): Promise<boolean> {
  return await documents.change([documentId(key)], ([before]) => {
    if (before === undefined) return [undefined]
    if (state === undefined) return versionOf(before) === version ? [undefined] : undefined
    const after = erasedPush(before)
    return after === undefined ? undefined : [after]
  })
}
