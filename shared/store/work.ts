import type { TemplateId } from '../kernel/ids.ts'
import type { Millis, Seconds } from '../kernel/time.ts'
import type { ItemKey } from './key.ts'
import type { Permit } from './permit.ts'
import type { Window } from './window.ts'

/** absent ▸ ready ▸ done; ready ▸ waiting ▸ ready; waiting ▸ failed ▸ (replay) ready. */
export type PushState = 'ready' | 'waiting' | 'done' | 'failed'

/** An accepted push, to be worked off. */
export interface Task {
  readonly key: ItemKey
  readonly state: PushState
  /** The message's kind. */
  readonly kind: string
  /** The opened body. */
  readonly text: string
  readonly signedAt: Seconds
  readonly acceptedAt: Millis
  /** How often it was worked on and came to an end. */
  readonly attempts: number
  /** What it changes in our own table is written already: it had failed after that. */
  readonly isCounted: boolean
}

/** How the work on a push ended for now. */
export type Settlement =
  | { readonly state: 'done'; readonly outcome: string }
  | (Unfinished & { readonly state: 'failed' })
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
  readonly window?: { readonly person: string; readonly window: Window }
  readonly permits?: ReadonlyArray<{ readonly person: string; readonly permit: Permit }>
  /** A push that waits behind this one and is ready now. */
  readonly released?: ItemKey
}

export interface Conversation {
  readonly window: Window
  readonly unfinished: readonly Task[]
}

/** An item of a person's, as far as erasing must know. */
export interface Belonging {
  readonly key: ItemKey
  readonly state: PushState | undefined
  readonly acceptedAt: Millis
}

/**
 * What working on a push reads and writes. Every method reads what was last written.
 * @throws {Fault} TABLE_UNAVAILABLE
 */
export interface Work {
  task(key: ItemKey): Promise<Task | undefined>
  window(person: string): Promise<Window>
  /** The window, and what the person has pushed that is not worked off, oldest first. */
  conversation(person: string): Promise<Conversation>
  /** `isLongTerm` is what the settings say today. */
  permit(person: string, templateId: TemplateId, isLongTerm: boolean): Promise<Permit>
  /** The version that the window and the permits have now; `undefined` when something has changed since it was read. */
  commit(changes: Changes): Promise<number | undefined>
  belongings(person: string): Promise<readonly Belonging[]>
  /** Pushes keep their key and nothing else until they may be forgotten: what was accepted once is never new again. */
  erase(belongings: readonly Belonging[]): Promise<void>
}
