import { type Log, pseudonym } from '../kernel/log.ts'
import { type Millis, seconds } from '../kernel/time.ts'
import type { Notify } from '../store/notify.ts'
import type { Candidate } from './candidate.ts'
import type { NotifyDeps } from './deps.ts'
import { told } from './unseen.ts'

/** What is to be written of a person, and what the log says once it is. */
export interface Step {
  readonly change: Partial<Notify>
  readonly level: keyof Log
  readonly event: string
  readonly facts: Readonly<Record<string, string | number | undefined>>
}

interface Why {
  readonly reason: string
  readonly errcode?: number
}

/** Nothing more to be told of what has come so far. */
export const rested = ({ notices, readAt }: Candidate, outcome: string): Step => ({
  change: {
    ...told(notices, [], readAt),
    tries: 0,
    questions: 0,
    openFrom: undefined,
    sending: undefined,
    next: undefined,
  },
  level: 'info',
  event: 'notice.ended',
  facts: { outcome },
})

/** What is unseen stays so until then. */
export const waiting = (
  candidate: Candidate,
  { reason }: Why,
  until: Millis,
  { clock }: Pick<NotifyDeps, 'clock'>,
): Step => ({
  change: {
    openFrom: earliestOf(candidate),
    sending: undefined,
    next: { state: 'waiting', dueAt: until, reason },
  },
  level: 'info',
  event: 'notice.waiting',
  facts: { reason, inMs: until - clock() },
})

/** The same, because something outside did not succeed. */
export const retried = (candidate: Candidate, why: Why, until: Millis, deps: Pick<NotifyDeps, 'clock'>): Step => {
  const step = waiting(candidate, why, until, deps)
  return { ...step, level: 'warn', event: 'notice.retried', facts: { ...step.facts, errcode: why.errcode } }
}

/** Somebody has to mend it; meanwhile nothing of it counts as told. */
export const failed = (candidate: Candidate, { reason, errcode }: Why): Step => ({
  change: {
    tries: 0,
    questions: 0,
    openFrom: earliestOf(candidate),
    sending: undefined,
    next: { state: 'failed', reason },
  },
  level: 'error',
  event: 'notice.failed',
  facts: { reason, errcode },
})

/** IM's time of the oldest message that is not told. */
export const earliestOf = ({ unseen: [first] }: Candidate) => (first === undefined ? undefined : seconds(first.sentAt))

/** After the write: one that somebody else was quicker with never happened. */
export function report({ identity }: Candidate, { level, event, facts }: Step, { log }: Pick<NotifyDeps, 'log'>): void {
  log[level](event, { ...facts, person: pseudonym(identity.openId) })
}

/** False when somebody else has written meanwhile. */
export async function write(candidate: Candidate, step: Step, deps: NotifyDeps): Promise<boolean> {
  const { person, owner, notify, permit, isFreed } = candidate
  const freed = isFreed ? { permit: { person: owner, permit } } : {}
  const version = await deps.store.commit({ person, notify: { ...notify, ...step.change }, ...freed })
  if (version !== undefined) report(candidate, step, deps)
  return version !== undefined
}
