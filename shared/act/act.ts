import { pseudonym } from '../kernel/log.ts'
import { assertNever } from '../kernel/never.ts'
import { type Millis, millis, minutes } from '../kernel/time.ts'
import { contention, ROUNDS } from '../store/contention.ts'
import type { ItemKey } from '../store/key.ts'
import type { Window } from '../store/window.ts'
import type { Settlement, Task } from '../store/work.ts'
import { isConversation } from '../wechat/message.ts'
import type { ActDeps } from './deps.ts'
import { type Edit, editOf, NO_EDIT } from './edit.ts'
import { erasePerson } from './erase.ts'
import { joined, LONGEST_LINE, left, turnOf } from './line.ts'
import { type Step, stepsOf } from './plan.ts'
import { type Received, receivedOf } from './received.ts'
import { StepRunner } from './step-runner.ts'
import { WorkingCopy } from './working-copy.ts'

/** Whoever waits for its turn is released by the one before it; this is for the case that nobody is left to do so. */
const BEHIND = minutes(10)
/**
 * Works on an accepted push until it is done, has failed or waits; the table says which.
 * @throws {Fault} TABLE_UNAVAILABLE when it does not: try again
 */
export async function act(key: ItemKey, deps: ActDeps): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const task = await deps.work.task(key)
    if (task?.state !== 'ready') return
    const startedAt = deps.clock()
    const push = receivedOf(task)
    const settled = await workOn(task, push, deps)
    if (settled !== undefined) return report(task, push, settled, startedAt, deps)
  }
  throw contention()
}

/** How it ended; `undefined` when somebody else was quicker. */
async function workOn(task: Task, push: Received, deps: ActDeps): Promise<Settlement | undefined> {
  const { actions } = deps.decide(push.message, task)
  const isAlone = !isConversation(push.message.kind)
  const copy = new WorkingCopy(deps.work, task, isAlone, (template) => deps.longTermTemplates.includes(template))
  const edit = editOf(actions, task)
  if (edit.permits.size > MOST_PERMITS) return await settle(NO_EDIT, TOO_MANY, copy)
  const erase = actions.find((action) => action.kind === 'erase')
  const settled = erase === undefined ? DONE : await erasePerson(task, erase.openId, deps)
  const steps = stepsOf(actions)
  // What was begun has its part of the table written already, though a rule of today has nothing to say.
  const isBegun = erase === undefined && (task.attempts > 0 || task.progress !== undefined)
  if (settled.state === 'done' && (steps.length > 0 || isBegun)) return await takeTurn(push, steps, edit, copy, deps)
  return await settle(edit, settled, copy)
}

async function settle(edit: Edit, settled: Settlement, copy: WorkingCopy): Promise<Settlement | undefined> {
  return (await copy.write({ ...edit, settled }, () => copy.task.state === 'ready')) ? settled : undefined
}

const DONE: Settlement = { state: 'done', outcome: 'done' }

/** A transaction takes 100 items; WeChat's popup shows three templates. */
const MOST_PERMITS = 90
const TOO_MANY: Settlement = { state: 'failed', reason: 'too-many-templates' }

/** Whose replies go out first: the stream keeps the order of each item, not that of a person's items. */
async function takeTurn(
  push: Received,
  steps: readonly Step[],
  edit: Edit,
  copy: WorkingCopy,
  deps: ActDeps,
): Promise<Settlement | undefined> {
  const { sk } = copy.task.key
  const { window, unfinished } = await copy.conversation()
  const place = unfinished.findIndex((key) => key.sk === sk)
  // Somebody else has worked it off meanwhile.
  if (place < 0) return undefined
  const ahead = window.line.includes(sk) ? [] : await aheadOf(unfinished.slice(0, place), window, deps)
  const line = ahead.reduce(joined, window)
  const turn = turnOf(line, sk, deps.clock())
  switch (turn) {
    case 'mine':
      return await new StepRunner(push, steps, edit, copy, deps).play()
    case 'taken':
      return await wait(copy, { reason: 'taken', dueAt: window.work?.until ?? deps.clock(), isAttempt: true })
    case 'behind':
      return await queue(line, ahead, copy, deps)
    default:
      return assertNever(turn)
  }
}

/** Who was accepted before and will have something to say, as far as they do not stand in line already. */
async function aheadOf(earlier: readonly ItemKey[], { line }: Window, deps: ActDeps): Promise<readonly string[]> {
  const unseen = earlier.filter(({ sk }) => !line.includes(sk)).slice(0, LONGEST_LINE - line.length)
  const tasks = await Promise.all(unseen.map((key) => deps.work.task(key)))
  return tasks.flatMap((task) => (task !== undefined && hasSteps(task, deps) ? [task.key.sk] : []))
}

function hasSteps(task: Task, { decide }: ActDeps): boolean {
  const { message } = receivedOf(task)
  return isConversation(message.kind) && stepsOf(decide(message, task).actions).length > 0
}

/** Behind one that exists and is not forgotten: a push that was erased holds nobody up, one that the stream has lost is woken. */
async function queue(
  { line: [first = ''] }: Window,
  ahead: readonly string[],
  copy: WorkingCopy,
  deps: ActDeps,
): Promise<Settlement | undefined> {
  const { pk, sk } = copy.task.key
  const head = await deps.work.task({ pk, sk: first })
  if (head === undefined || head.state === 'done' || head.state === 'failed') {
    await copy.write({ ...NO_EDIT, window: (window) => left(window, first) }, ({ line }) => line[0] === first)
    return undefined
  }
  if (head.state === 'ready' && deps.clock() - head.acceptedAt > BEHIND) await deps.work.wake(head.key)
  const waiting = { reason: 'behind', dueAt: millis(deps.clock() + BEHIND), isAttempt: false }
  return await wait(copy, waiting, (window) => [...ahead, sk].reduce(joined, window))
}

async function wait(
  copy: WorkingCopy,
  until: { readonly reason: string; readonly dueAt: Millis; readonly isAttempt: boolean },
  window?: (window: Window) => Window,
): Promise<Settlement | undefined> {
  const settled: Settlement = { state: 'waiting', ...until }
  const isWritten = await copy.write({ ...NO_EDIT, settled, ...(window === undefined ? {} : { window }) }, () => false)
  return isWritten ? settled : undefined
}

function report(
  task: Task,
  { message, openId }: Received,
  settled: Settlement,
  startedAt: Millis,
  deps: ActDeps,
): void {
  const { log, clock } = deps
  const { kind } = message
  const facts = { kind, attempts: task.attempts + 1, person: pseudonym(openId) }
  const now = clock()
  if (settled.state === 'done')
    log.info('process.done', { ...facts, outcome: settled.outcome, tookMs: now - startedAt })
  else if (settled.state === 'failed') log.error('process.failed', { ...facts, ...whyOf(settled) })
  else if (settled.isAttempt) log.warn('process.waiting', { ...facts, ...whyOf(settled), inMs: settled.dueAt - now })
  else log.info('process.behind', { kind })
}

const whyOf = ({ reason, errcode }: { readonly reason: string; readonly errcode?: number }) => ({ reason, errcode })
