import type { TemplateId } from '../kernel/ids.ts'
import { hours, seconds, toSeconds } from '../kernel/time.ts'
import type { Action, PermitChange } from '../reply/action.ts'
import { type Permit, told, withEvent } from '../store/permit.ts'
import { opened, type Window } from '../store/window.ts'
import type { Task } from '../store/work.ts'
import type { ActDeps } from './deps.ts'
import { actionsOn } from './received.ts'

type Change<T> = (before: T) => T

/** What is to change in our own table; each change is made on what stands there then. */
export interface Edit {
  readonly window?: Change<Window>
  readonly permits: ReadonlyMap<TemplateId, Change<Permit>>
}

export const NO_EDIT: Edit = { permits: new Map() }

/** The same, and this after it. */
export const withWindow = (edit: Edit, change: Change<Window>): Edit => ({
  ...edit,
  window: (window) => change(windowAfter(edit, window)),
})

/** The same, and this after it. */
export const withPermit = (edit: Edit, template: TemplateId, change: Change<Permit>): Edit => ({
  ...edit,
  permits: new Map(edit.permits).set(template, (permit) => change(permitAfter(edit, permit))),
})

export const windowAfter = ({ window: change }: Edit, window: Window): Window => change?.(window) ?? window

export const permitAfter = ({ permits }: Edit, permit: Permit): Permit =>
  permits.get(permit.templateId)?.(permit) ?? permit

/** How far WeChat's clock may be ahead of ours: an event of the far future would outlast all that come after it. */
const MOST_AHEAD = hours(1)

/** What a push changes in our own table, beside its own state. */
export const editOf = (actions: readonly Action[], { acceptedAt }: Task): Edit =>
  actions.reduce<Edit>((edit, action) => {
    if (action.kind === 'window') return withWindow(edit, (window) => opened(window, action.opened, acceptedAt))
    if (action.kind !== 'permit') return edit
    const at = seconds(Math.min(action.change.at, toSeconds(acceptedAt) + MOST_AHEAD))
    return withPermit(edit, action.templateId, (permit) => changed(permit, { ...action.change, at }))
  }, NO_EDIT)

const changed = (permit: Permit, change: PermitChange): Permit =>
  change.kind === 'sent'
    ? told(permit, change.msgId, change.at)
    : withEvent(permit, { at: change.at, kind: change.kind })

/** What pushes that are not worked off yet have opened already. */
export const openings =
  (tasks: readonly (Task | undefined)[], deps: Pick<ActDeps, 'decide'>): Change<Window> =>
  (window) =>
    tasks.reduce<Window>(
      (sum, task) => (task === undefined ? sum : windowAfter(editOf(actionsOn(task, deps), task), sum)),
      window,
    )
