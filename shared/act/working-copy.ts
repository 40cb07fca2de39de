import type { TemplateId } from '../kernel/ids.ts'
import { contention, ROUNDS } from '../store/contention.ts'
import { type ItemKey, progressKey, windowKey } from '../store/key.ts'
import type { Permit } from '../store/permit.ts'
import type { Window } from '../store/window.ts'
import { type Conversation, isUnfinished, type Settlement, type Task, type Work } from '../store/work.ts'
import { type Edit, permitAfter } from './edit.ts'

/** An edit, and how the push ends with it. */
type Ending = Edit & { readonly settled?: Settlement }

/** A push and what is kept about its person, as last read; writes go through when nobody was quicker, or are made anew. */
export class WorkingCopy {
  readonly #work: Work
  readonly #isLongTerm: (template: TemplateId) => boolean
  /** Waits for nobody, and nobody waits for it: who works on it is noted apart. */
  readonly #isAlone: boolean
  readonly #permits = new Map<TemplateId, Permit>()
  #task: Task
  #window: Window | undefined

  constructor(work: Work, task: Task, isAlone: boolean, isLongTerm: (template: TemplateId) => boolean) {
    this.#work = work
    this.#task = task
    this.#isAlone = isAlone
    this.#isLongTerm = isLongTerm
  }

  get task(): Task {
    return this.#task
  }

  get #person(): string {
    return this.#task.key.pk
  }

  /** Where the line and the progress stand. */
  get #line(): ItemKey {
    return this.#isAlone ? progressKey(this.#task.key) : windowKey(this.#person)
  }

  async window(): Promise<Window> {
    this.#window ??= await this.#work.window(this.#line)
    return this.#window
  }

  /** By which it is known whether the person may be written to. */
  async personWindow(): Promise<Window> {
    return this.#isAlone ? await this.#work.window(windowKey(this.#person)) : await this.window()
  }

  /** Read anew: the window, and what the person has pushed and is not worked off, oldest first. */
  async conversation(): Promise<Conversation> {
    const conversation = this.#isAlone ? await this.#alone() : await this.#work.conversation(this.#person)
    this.#window = conversation.window
    return conversation
  }

  /** What the person wrote and is not worked off, oldest first. */
  async written(): Promise<readonly ItemKey[]> {
    return (await this.#work.conversation(this.#person)).unfinished
  }

  /** The progress is read before the push: whoever ends the push after that has changed the progress. */
  async #alone(): Promise<Conversation> {
    const window = await this.#work.window(this.#line)
    const task = await this.#work.task(this.#task.key)
    return { window, unfinished: task === undefined || !isUnfinished(task) ? [] : [task.key] }
  }

  async permit(template: TemplateId): Promise<Permit> {
    const permit =
      this.#permits.get(template) ?? (await this.#work.permit(this.#person, template, this.#isLongTerm(template)))
    this.#permits.set(template, permit)
    return permit
  }

  /** False when it is not ours to write any more: `isOurs` is asked whenever somebody was quicker. */
  async write(edit: Ending, isOurs: (window: Window) => boolean): Promise<boolean> {
    for (let round = 0; round < ROUNDS; round += 1) {
      if (await this.#tryWrite(edit)) return true
      if (!(await this.#readAgain()) || !isOurs(await this.window())) return false
    }
    throw contention()
  }

  async #tryWrite(edit: Ending): Promise<boolean> {
    const [next, after] = edit.window === undefined ? [] : await this.#withNext(edit.window)
    const permits = await this.#changedPermits(edit)
    const version = await this.#work.commit({
      ...(edit.settled === undefined ? {} : { settled: { task: this.#task, as: edit.settled } }),
      ...(after === undefined ? {} : { window: { key: this.#line, window: after } }),
      permits: permits.map((permit) => ({ person: this.#person, permit })),
      ...(next === undefined ? {} : { released: next }),
    })
    if (version === undefined) return false
    if (after !== undefined) this.#window = { ...after, version }
    for (const permit of permits) this.#permits.set(permit.templateId, { ...permit, version })
    return true
  }

  async #changedPermits(edit: Edit): Promise<readonly Permit[]> {
    return await Promise.all([...edit.permits.keys()].map(async (id) => permitAfter(edit, await this.permit(id))))
  }

  /** The window as it will be and, when the first in line has left it, whom that lets go on. */
  async #withNext(change: (window: Window) => Window): Promise<readonly [ItemKey | undefined, Window]> {
    const before = await this.window()
    const after = change(before)
    const hasLeft = before.line[0] !== undefined && before.line[0] !== after.line[0]
    return hasLeft ? await this.#nextInLine(after) : [undefined, after]
  }

  /** Who waits behind, and the line without those that are over or gone. */
  async #nextInLine(window: Window): Promise<readonly [ItemKey | undefined, Window]> {
    for (const [index, sk] of window.line.entries()) {
      const key = { pk: this.#person, sk }
      const state = (await this.#work.task(key))?.state
      if (state === 'waiting') return [key, { ...window, line: window.line.slice(index) }]
      if (state === 'ready') return [undefined, { ...window, line: window.line.slice(index) }]
    }
    return [undefined, { ...window, line: [] }]
  }

  /** False when the push is settled. The window is read first: whoever settles the push after that has changed the window. */
  async #readAgain(): Promise<boolean> {
    this.#permits.clear()
    this.#window = await this.#work.window(this.#line)
    const task = await this.#work.task(this.#task.key)
    if (task === undefined || !isUnfinished(task)) return false
    this.#task = task
    return true
  }
}
