import type { TemplateId } from '../kernel/ids.ts'
import type { Action, PermitChange } from '../reply/action.ts'
import { type Permit, told, withEvent } from '../store/permit.ts'
import { opened, type Window } from '../store/window.ts'
import type { Task } from '../store/work.ts'
import type { ActDeps } from './deps.ts'
import { actionsOn } from './received.ts'
import type { Edit } from './working-copy.ts'

/** What a push changes in our own table, beside its own state. */
export function ownEdit(actions: readonly Action[], { acceptedAt }: Task): Edit {
  const permits = new Map<TemplateId, (permit: Permit) => Permit>()
  let window: ((window: Window) => Window) | undefined
  for (const action of actions) {
    if (action.kind === 'window') window = (before) => opened(before, action.opened, acceptedAt)
    if (action.kind === 'permit') {
      const earlier = permits.get(action.templateId) ?? ((permit: Permit) => permit)
      permits.set(action.templateId, (permit) => changed(earlier(permit), action.change))
    }
  }
  return { permits, ...(window === undefined ? {} : { window }) }
}

const changed = (permit: Permit, change: PermitChange): Permit =>
  change.kind === 'sent'
    ? told(permit, change.msgId, change.at)
    : withEvent(permit, { at: change.at, kind: change.kind })

/** What pushes that are not worked off yet have opened already. */
export const openings =
  (tasks: readonly Task[], deps: Pick<ActDeps, 'decide'>) =>
  (window: Window): Window =>
    tasks.reduce((sum, task) => ownEdit(actionsOn(task, deps), task).window?.(sum) ?? sum, window)
