import type { TemplateId, UserId } from '../kernel/ids.ts'
import type { Millis, Seconds } from '../kernel/time.ts'
import type { ItemKey } from './key.ts'
import type { OwnedPermit, Permit } from './permit.ts'
import type { Progress, Window } from './window.ts'

/** absent ▸ ready ▸ done; ready ▸ waiting ▸ ready; waiting ▸ failed ▸ (replay) ready. */
export type PushState = 'ready' | 'waiting' | 'done' | 'failed'

/** What is no push has no state. */
export const isUnfinished = ({ state }: { readonly state: PushState | '' | undefined }): boolean =>
  state === 'ready' || state === 'waiting'

/** An accepted push, to be worked off. */
export interface Task {
  readonly key: ItemKey
  readonly state: PushState
  /** The opened body. */
  readonly text: string
  readonly signedAt: Seconds
  readonly acceptedAt: Millis
  /** How often it was worked on and came to an end. */
  readonly attempts: number
  /** Where a replay goes on: what came before the step that failed is not done again. */
  readonly progress?: Progress
}

/** How the work on a push ended for now. */
export type Settlement =
  | { readonly state: 'done'; readonly outcome: string }
  | (Unfinished & { readonly state: 'failed'; readonly progress?: Progress })
  /** What waits without an attempt waits for its turn. */
  | (Unfinished & { readonly state: 'waiting'; readonly dueAt: Millis; readonly isAttempt: boolean })

interface Unfinished {
  /** A code or a name, for people. */
  readonly reason: string
  readonly errcode?: number
}

/** What is written together, or not at all. Whatever is named here must be as it was read. */
export interface Changes {
  readonly settled?: { readonly task: Task; readonly as: Settlement }
  readonly window?: { readonly key: ItemKey; readonly window: Window }
  readonly permits?: readonly OwnedPermit[]
  /** A push that waits behind this one and is ready now. */
  readonly released?: ItemKey
}

/** Of what is written together, as it was read. */
export const versionsIn = ({ window, permits = [] }: Changes): readonly number[] => [
  window?.window.version ?? 0,
  ...permits.map(({ permit }) => permit.version),
]

export interface Conversation {
  readonly window: Window
  /** Oldest first. */
  readonly unfinished: readonly ItemKey[]
}

/** An item of a person's, as far as erasing must know. */
export interface Belonging {
  readonly key: ItemKey
  /** Of a push. */
  readonly state: PushState | undefined
  /** The message's kind, of a push. */
  readonly kind: string
  /** Of what is written anew with a version. */
  readonly version: number
  /** When a push was accepted, a permit last changed or an identity was joined; 0 for the rest. */
  readonly since: Millis
  /** Of an identity: who the person is in Tencent IM. */
  readonly userId?: UserId
}

/**
 * What working on a push reads and writes. Every method reads what was last written.
 * @throws {Fault} TABLE_UNAVAILABLE
 */
export interface Work {
  task(key: ItemKey): Promise<Task | undefined>
  /** `windowKey` of a person, or `progressKey` of a push that stands alone. */
  window(key: ItemKey): Promise<Window>
  /** The window and, read after it, what the person has pushed that is not worked off. */
  conversation(person: string): Promise<Conversation>
  /** `isLongTerm` is what the settings say today. */
  permit(person: string, templateId: TemplateId, isLongTerm: boolean): Promise<Permit>
  /** The version that the window and the permits have now; `undefined` when something has changed since it was read. */
  commit(changes: Changes): Promise<number | undefined>
  /** Has it told once more of a push that is ready and that nobody works on. */
  wake(key: ItemKey): Promise<void>
  /** Of a person of either world. */
  belongings(person: string): Promise<readonly Belonging[]>
  /**
   * Pushes keep their key and nothing else until they may be forgotten: what was accepted once is never new again. False when one
   * of them has changed since it was read: that one is left as it is.
   */
  erase(belongings: readonly Belonging[]): Promise<boolean>
}
