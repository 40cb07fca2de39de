import { randomUUID } from 'node:crypto'
import { assertNever } from '../kernel/never.ts'
import { type Millis, millis, minutes, toSeconds } from '../kernel/time.ts'
import type { Reply } from '../reply/handler.ts'
import { doubted, remaining, reserved } from '../store/permit.ts'
import { closed, messagesLeft, type Progress, sent, type Window } from '../store/window.ts'
import type { Settlement } from '../store/work.ts'
import { backOff, MOST_ATTEMPTS } from '../wechat/back-off.ts'
import { closesWindow } from '../wechat/errcode.ts'
import { type Failure, failureOf, HANDLER_FAILED, KILLED, TOO_LARGE } from '../wechat/failure.ts'
import { settledPermit, spend } from '../wechat/spend.ts'
import type { ActDeps } from './deps.ts'
import { type Edit, NO_EDIT, openings, permitAfter, windowAfter, withPermit, withWindow } from './edit.ts'
import { left, turnOf, working } from './line.ts'
import { type Step, withReplies } from './plan.ts'
import type { Received } from './received.ts'
import { idempotencyKeyOf, runHandler } from './run-handler.ts'
import type { WorkingCopy } from './working-copy.ts'

/** Longer than any call takes, a token waited for and a picture fetched and uploaded included; no function lives longer. */
const CALL_LEASE = minutes(5)
/** A handler's deadline, and this. */
const RUN_MARGIN = millis(15_000)

/** An item of the table has room for 400 kB, and the plan is JSON within JSON. */
const LARGEST_PLAN = 100_000

/** Only the last of what has come may have opened the window for longer. */
const OPENINGS = 5

/** When all went well. */
const DONE = 'done'

type StepOf<K extends Step['kind']> = Extract<Step, { readonly kind: K }>
/** How a step ends: with the next one, with the push, or with somebody else at work on it. */
type StepEnd = Settlement | 'next' | 'outrun'

/**
 * Does the steps of a plan one after the other. Before each step the table says who is at it, after it what came of it; so a
 * step is repeated only when its doer died between the two, and a subscribe message not even then.
 */
export class StepRunner {
  readonly #received: Received
  readonly #copy: WorkingCopy
  readonly #deps: ActDeps
  readonly #holder = randomUUID()
  #plan: readonly Step[]
  #step = 0
  #tries = 0
  #isPlanNew = false
  #isHolder = false
  #resumed: Progress | undefined
  #outcome: string = DONE
  /** What is true by now and not yet written. */
  #pending: Edit

  constructor(received: Received, plan: readonly Step[], own: Edit, copy: WorkingCopy, deps: ActDeps) {
    this.#received = received
    this.#plan = plan
    this.#pending = own
    this.#copy = copy
    this.#deps = deps
  }

  get #push(): string {
    return this.#copy.task.key.sk
  }

  /** How it ended; `undefined` when somebody else took over. */
  async play(): Promise<Settlement | undefined> {
    this.#resume(await this.#copy.window())
    for (let step = this.#plan[this.#step]; step !== undefined; step = this.#plan[this.#step]) {
      const end = await this.#take(step)
      if (end === 'outrun') return undefined
      if (end !== 'next') return await this.#end(end)
      this.#step += 1
      this.#tries = 0
    }
    return await this.#end({ state: 'done', outcome: this.#outcome })
  }

  /** Goes on where the last one waited or died. */
  #resume(window: Window): void {
    this.#resumed = this.#progressIn(window)
    const work = this.#resumed ?? this.#copy.task.progress
    if (work === undefined) return
    // What the push changes in our own table is written already.
    this.#pending = NO_EDIT
    this.#outcome = work.outcome ?? this.#outcome
    if (work.plan !== undefined) {
      this.#plan = JSON.parse(work.plan) as readonly Step[]
      this.#isPlanNew = true
    }
    this.#step = work.step
    this.#tries = work.tries
    const died = work.until > 0 ? this.#plan[work.step] : undefined
    if (died?.kind !== 'subscribe') return
    const id = `${this.#push}/${work.step}`
    this.#pending = withPermit(this.#pending, died.message.templateId, (before) => doubted(before, id))
    this.#unsure()
    this.#step += 1
    this.#tries = 0
  }

  #take(step: Step): Promise<StepEnd> {
    switch (step.kind) {
      case 'send':
        return this.#send(step)
      case 'subscribe':
        return this.#subscribe(step)
      case 'run':
        return this.#run(step)
      default:
        return assertNever(step)
    }
  }

  async #send({ message }: StepOf<'send'>): Promise<StepEnd> {
    const { messenger, clock } = this.#deps
    if (this.#tries >= MOST_ATTEMPTS) return this.#failPush(KILLED)
    const mayWrite = await this.#mayWrite()
    if (mayWrite === 'outrun') return 'outrun'
    if (!mayWrite) return this.#skip('window-closed')
    if (!(await this.#begin(CALL_LEASE))) return 'outrun'
    // What the person does while WeChat is asked comes after it.
    const at = clock()
    try {
      await messenger.send(this.#received.openId, message)
    } catch (cause) {
      const failure = failureOf(cause)
      if (closesWindow(failure.errcode)) this.#pending = withWindow(this.#pending, (window) => closed(window, at))
      return this.#afterFailure(failure)
    }
    this.#pending = withWindow(this.#pending, (window) => sent(window, at))
    return 'next'
  }

  /** What came meanwhile may have opened the window anew. */
  async #mayWrite(): Promise<boolean | 'outrun'> {
    const isOpen = async (): Promise<boolean> =>
      messagesLeft(windowAfter(this.#pending, await this.#copy.personWindow()), this.#deps.clock()) > 0
    if (await isOpen()) return true
    const { unfinished } = await this.#copy.conversation()
    // What was read anew may be what somebody else has left behind who worked the push off.
    if (!unfinished.some(({ sk }) => sk === this.#push)) return 'outrun'
    const written = await this.#copy.written()
    const latest = await Promise.all(written.slice(-OPENINGS).map((key) => this.#deps.work.task(key)))
    this.#pending = withWindow(this.#pending, openings(latest, this.#deps))
    return await isOpen()
  }

  /** Never twice: a permit is spent, and WeChat has no way to take a message back. */
  async #subscribe({ message }: StepOf<'subscribe'>): Promise<StepEnd> {
    const { messenger, clock } = this.#deps
    const { templateId } = message
    const id = `${this.#push}/${this.#step}`
    const at = toSeconds(clock())
    const permit = permitAfter(this.#pending, await this.#copy.permit(templateId))
    if (remaining(permit) === 0) return this.#skip('no-permit')
    this.#pending = withPermit(this.#pending, templateId, (before) => reserved(before, id, at))
    if (!(await this.#begin(CALL_LEASE))) return 'outrun'
    const spent = await spend(() => messenger.subscribe(this.#received.openId, message))
    this.#pending = withPermit(this.#pending, templateId, settledPermit(spent, { id, at }))
    if (spent.kind === 'sent') return 'next'
    return spent.kind === 'unsure' ? this.#unsure() : this.#afterFailure(spent.failure)
  }

  async #run(step: StepOf<'run'>): Promise<StepEnd> {
    if (this.#tries >= step.tries) return this.#sayOtherwise(step)
    if (!(await this.#begin(millis(step.deadline + RUN_MARGIN)))) return 'outrun'
    const { pk, sk } = this.#copy.task.key
    const { handler: name, deadline } = step
    const idempotencyKey = idempotencyKeyOf(pk, sk, this.#step)
    const replies = await runHandler({ name, deadline, ...this.#received, idempotencyKey }, this.#deps)
    if (replies !== undefined) return this.#insert(replies)
    return this.#tries >= step.tries ? this.#sayOtherwise(step) : this.#afterFailure(HANDLER_FAILED)
  }

  #sayOtherwise({ otherwise }: StepOf<'run'>): StepEnd {
    if (otherwise === undefined) return this.#failPush(HANDLER_FAILED)
    return this.#insert([{ kind: 'send', message: otherwise }])
  }

  #insert(replies: readonly Reply[]): StepEnd {
    this.#plan = withReplies(this.#plan, this.#step, replies)
    this.#isPlanNew = true
    return Buffer.byteLength(JSON.stringify(this.#plan)) > LARGEST_PLAN ? this.#failPush(TOO_LARGE) : 'next'
  }

  #skip(outcome: string): StepEnd {
    this.#outcome = outcome
    return 'next'
  }

  #unsure(): StepEnd {
    this.#deps.log.warn('process.unsure', { kind: this.#received.message.kind })
    return this.#skip('unsure')
  }

  /** What never passes is left out, and the rest is done; what may pass is tried again; what must be mended waits for that. */
  #afterFailure(failure: Failure): StepEnd {
    const { next } = failure
    if (next === 'end') return this.#skip(failure.reason)
    const attempts = this.#copy.task.attempts + 1
    if (next === 'mend' || attempts >= MOST_ATTEMPTS) return this.#failPush(failure)
    const dueAt = millis(this.#deps.clock() + backOff(attempts - 1, next, this.#deps.random))
    return { state: 'waiting', dueAt, isAttempt: true, ...becauseOf(failure) }
  }

  /** A replay begins with this step, and as often as at first. */
  #failPush(failure: Failure): Settlement {
    const progress = { ...this.#progress(millis(0), ''), tries: 0 }
    return { state: 'failed', progress, ...becauseOf(failure) }
  }

  /** Says who does the step, before it is done. */
  async #begin(lease: Millis): Promise<boolean> {
    this.#tries += 1
    const progress = this.#progress(millis(this.#deps.clock() + lease), this.#holder)
    return await this.#write({ window: (window) => working(window, progress) })
  }

  async #end(settled: Settlement): Promise<Settlement | undefined> {
    const isOver = settled.state !== 'waiting'
    const progress = this.#progress(millis(0), '')
    const change = (window: Window): Window => (isOver ? left(window, this.#push) : working(window, progress))
    return (await this.#write({ settled, window: change })) ? settled : undefined
  }

  async #write(edit: { readonly settled?: Settlement; readonly window: (window: Window) => Window }): Promise<boolean> {
    if (!this.#isOurs(await this.#copy.window())) return false
    const isWritten = await this.#copy.write({ ...edit, ...withWindow(this.#pending, edit.window) }, (window) =>
      this.#isOurs(window),
    )
    if (!isWritten) return false
    this.#isHolder = true
    this.#pending = NO_EDIT
    return true
  }

  /**
   * Others may have joined the line meanwhile; that takes nothing from us. Whoever has been at the push since we read how far it
   * has come, has come further.
   */
  #isOurs(window: Window): boolean {
    if (this.#isHolder || window.work?.holder === this.#holder) return window.work?.holder === this.#holder
    const isAsRead = JSON.stringify(this.#progressIn(window)) === JSON.stringify(this.#resumed)
    return isAsRead && turnOf(window, this.#push, this.#deps.clock()) === 'mine'
  }

  #progressIn({ work }: Window): Progress | undefined {
    return work?.push === this.#push ? work : undefined
  }

  #progress(until: Millis, holder: string) {
    const plan = this.#isPlanNew ? { plan: JSON.stringify(this.#plan) } : {}
    const outcome = this.#outcome === DONE ? {} : { outcome: this.#outcome }
    return { push: this.#push, step: this.#step, until, holder, tries: this.#tries, ...outcome, ...plan }
  }
}

const becauseOf = ({ reason, errcode }: Failure) => ({ reason, ...(errcode === undefined ? {} : { errcode }) })
