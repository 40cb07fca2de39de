import { randomUUID } from 'node:crypto'
import type { TemplateId } from '../kernel/ids.ts'
import { assertNever } from '../kernel/never.ts'
import { type Millis, millis, toSeconds } from '../kernel/time.ts'
import { accepted, denied, type Permit, released, remaining, reserved } from '../store/permit.ts'
import { closed, type Progress, quotaOf, sent, type Window } from '../store/window.ts'
import type { Settlement } from '../store/work.ts'
import { closesWindow, deniesPermit, mayHaveArrived } from '../wechat/errcode.ts'
import type { Reply } from './action.ts'
import { backOff, MOST_ATTEMPTS } from './back-off.ts'
import type { CaseFile, Edit } from './case-file.ts'
import type { ActDeps } from './deps.ts'
import { type Failure, failureOf, handlerFailure } from './failure.ts'
import { left, turnOf, working } from './line.ts'
import { openings } from './own.ts'
import { type Step, withReplies } from './plan.ts'
import type { Received } from './received.ts'
import { idempotencyKeyOf, runHandler } from './run-handler.ts'

/** Longer than any call of WeChat's API takes, a picture fetched and uploaded included. */
const CALL_LEASE = millis(60_000)
/** A handler's deadline, and this. */
const RUN_MARGIN = millis(15_000)

/** When all went well. */
const DONE = 'done'

type StepOf<K extends Step['kind']> = Extract<Step, { readonly kind: K }>
/** How a step ends: with the next one, with the push, or with somebody else at work on it. */
type Taken = Settlement | 'next' | 'outrun'

/**
 * Does the steps of a plan one after the other. Before each step the table says who is at it, after it what came of it; so a
 * step is repeated only when its doer died between the two, and a subscribe message not even then.
 */
export class Performance {
  readonly #received: Received
  readonly #file: CaseFile
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
  #window: readonly ((window: Window) => Window)[]
  #permits: Map<TemplateId, (permit: Permit) => Permit>

  constructor(received: Received, plan: readonly Step[], own: Edit, file: CaseFile, deps: ActDeps) {
    this.#received = received
    this.#plan = plan
    this.#window = own.window === undefined ? [] : [own.window]
    // Whoever tries again what has failed does not count it again.
    this.#permits = new Map(file.task.isCounted ? [] : own.permits)
    this.#file = file
    this.#deps = deps
  }

  get #push(): string {
    return this.#file.task.key.sk
  }

  /** How it ended; `undefined` when somebody else took over. */
  async play(): Promise<Settlement | undefined> {
    this.#resume(await this.#file.window())
    for (let step = this.#plan[this.#step]; step !== undefined; step = this.#plan[this.#step]) {
      const taken = await this.#take(step)
      if (taken === 'outrun') return undefined
      if (taken !== 'next') return await this.#end(taken)
      this.#step += 1
      this.#tries = 0
    }
    return await this.#end({ state: 'done', outcome: this.#outcome })
  }

  /** Goes on where the last one waited or died. */
  #resume(window: Window): void {
    const work = this.#progressIn(window)
    this.#resumed = work
    if (work === undefined) return
    this.#window = []
    this.#permits = new Map()
    this.#outcome = work.outcome ?? this.#outcome
    if (work.plan !== undefined) {
      this.#plan = JSON.parse(work.plan) as readonly Step[]
      this.#isPlanNew = true
    }
    this.#step = work.step
    this.#tries = work.tries
    const died = work.until > 0 ? this.#plan[work.step] : undefined
    if (died?.kind !== 'subscribe') return
    this.#unsure()
    this.#step += 1
    this.#tries = 0
  }

  #take(step: Step): Promise<Taken> {
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

  async #send({ message }: StepOf<'send'>): Promise<Taken> {
    const { messenger, clock } = this.#deps
    if (!(await this.#mayWrite())) return ended('window-closed')
    if (!(await this.#begin(CALL_LEASE))) return 'outrun'
    try {
      await messenger.send(this.#received.openId, message)
    } catch (cause) {
      const failure = failureOf(cause)
      if (closesWindow(failure.errcode)) this.#note((window) => closed(window, clock()))
      return this.#failed(failure)
    }
    const at = clock()
    this.#note((window) => sent(window, at))
    return 'next'
  }

  /** What came meanwhile may have opened the window anew. */
  async #mayWrite(): Promise<boolean> {
    const { clock } = this.#deps
    if (quotaOf(this.#now(await this.#file.window()), clock()).left > 0) return true
    const { unfinished } = await this.#file.conversation()
    this.#note(openings(unfinished, this.#deps))
    return quotaOf(this.#now(await this.#file.window()), clock()).left > 0
  }

  /** Never twice: a permit is spent, and WeChat has no way to take a message back. */
  async #subscribe({ message }: StepOf<'subscribe'>): Promise<Taken> {
    const { messenger, clock } = this.#deps
    const { templateId } = message
    const id = `${this.#push}/${this.#step}`
    const at = toSeconds(clock())
    if (remaining(await this.#file.permit(templateId)) === 0) return this.#skip('no-permit')
    this.#change(templateId, (permit) => reserved(permit, id, at))
    if (!(await this.#begin(CALL_LEASE))) return 'outrun'
    try {
      const msgId = await messenger.subscribe(this.#received.openId, message)
      this.#change(templateId, (permit) => accepted(permit, id, at, msgId))
      return 'next'
    } catch (cause) {
      const failure = failureOf(cause)
      if (mayHaveArrived(cause)) return this.#unsure()
      const isDenied = deniesPermit(failure.errcode)
      this.#change(templateId, (permit) => (isDenied ? denied(permit, id, at) : released(permit, id)))
      return failure.next === 'end' ? this.#skip(failure.reason) : this.#failed(failure)
    }
  }

  async #run(step: StepOf<'run'>): Promise<Taken> {
    if (this.#tries >= step.tries) return this.#giveUp(step)
    if (!(await this.#begin(millis(step.deadline + RUN_MARGIN)))) return 'outrun'
    const { pk, sk } = this.#file.task.key
    const { handler: name, deadline } = step
    const idempotencyKey = idempotencyKeyOf(pk, sk, this.#step)
    const replies = await runHandler({ name, deadline, ...this.#received, idempotencyKey }, this.#deps)
    if (replies !== undefined) return this.#insert(replies)
    return this.#tries >= step.tries ? this.#giveUp(step) : this.#failed(handlerFailure())
  }

  #giveUp({ otherwise }: StepOf<'run'>): Taken {
    if (otherwise === undefined) return { state: 'failed', reason: handlerFailure().reason }
    return this.#insert([{ kind: 'send', message: otherwise }])
  }

  #insert(replies: readonly Reply[]): Taken {
    this.#plan = withReplies(this.#plan, this.#step, replies)
    this.#isPlanNew = true
    return 'next'
  }

  #skip(outcome: string): Taken {
    this.#outcome = outcome
    return 'next'
  }

  #unsure(): Taken {
    this.#deps.log.warn('process.unsure', { kind: this.#received.message.kind })
    return this.#skip('unsure')
  }

  #failed({ next, reason, errcode }: Failure): Settlement {
    if (next === 'end') return ended(reason)
    const attempts = this.#file.task.attempts + 1
    const because = { reason, ...(errcode === undefined ? {} : { errcode }) }
    if (next === 'mend' || attempts >= MOST_ATTEMPTS) return { state: 'failed', ...because }
    const dueAt = millis(this.#deps.clock() + backOff(attempts - 1, next, this.#deps.random))
    return { state: 'waiting', dueAt, isAttempt: true, ...because }
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
    if (!this.#isOurs(await this.#file.window())) return false
    const isWritten = await this.#file.write(
      { ...edit, window: (window) => edit.window(this.#now(window)), permits: this.#permits },
      (window) => this.#isOurs(window),
    )
    if (!isWritten) return false
    this.#isHolder = true
    this.#window = []
    this.#permits = new Map()
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

  #note(change: (window: Window) => Window): void {
    this.#window = [...this.#window, change]
  }

  #change(template: TemplateId, change: (permit: Permit) => Permit): void {
    const earlier = this.#permits.get(template)
    this.#permits.set(template, earlier === undefined ? change : (permit) => change(earlier(permit)))
  }

  #now(window: Window): Window {
    return this.#window.reduce((sum, change) => change(sum), window)
  }
}

const ended = (outcome: string): Settlement => ({ state: 'done', outcome })
