import { describe, expect, it } from 'vitest'
import type { TemplateId } from '../../shared/kernel/ids.ts'
import type { Clock } from '../../shared/kernel/time.ts'
import type { InboxPush } from '../../shared/store/inbox.ts'
import { personKey, windowKey } from '../../shared/store/key.ts'
import { remaining, withEvent } from '../../shared/store/permit.ts'
import { NO_WINDOW, opened } from '../../shared/store/window.ts'
import type { Settlement, Task, Work } from '../../shared/store/work.ts'
import { APP_ID, NOW } from './build.ts'
import { anInboxPush } from './inbox-contract.ts'

interface Started {
  readonly work: Work
  readonly clock: Clock
  /** A push that has just come in. */
  accepted(push?: InboxPush): Promise<Task>
}

const TEMPLATE = 'TMPL_A' as TemplateId
const DONE: Settlement = { state: 'done', outcome: 'done' }

/** What work keeps to wherever it is kept. */
export function workContract(name: string, started: () => Started): void {
  describe(`${name}, as work`, () => {
    it('writes all of a change or nothing of it', async () => {
      const { work, accepted, clock } = started()
      const task = await accepted()
      const person = task.key.pk
      const window = opened(await work.window(windowKey(person)), 'message', clock())
      const permit = withEvent(await work.permit(person, TEMPLATE, false), { kind: 'accept', at: NOW })
      const stale = { key: windowKey(person), window: { ...window, version: 7 } }
      const permits = [{ person, permit }]
      expect(await work.commit({ settled: { task, as: DONE }, window: stale, permits })).toBeUndefined()
      expect(await work.task(task.key)).toEqual(task)
      expect(await work.window(windowKey(person))).toEqual(NO_WINDOW)
      expect(remaining(await work.permit(person, TEMPLATE, false))).toBe(0)

      const own = { key: windowKey(person), window }
      const version = await work.commit({ settled: { task, as: DONE }, window: own, permits })
      expect(await work.task(task.key)).toMatchObject({ state: 'done', attempts: 1 })
      expect(await work.window(windowKey(person))).toEqual({ ...window, version })
      expect(remaining(await work.permit(person, TEMPLATE, false))).toBe(1)
    })

    it('settles a push once: neither done twice nor waiting after it is done', async () => {
      const { work, accepted, clock } = started()
      const task = await accepted()
      const settled = () => work.commit({ settled: { task, as: DONE } })
      const outcomes = await Promise.all(Array.from({ length: 20 }, settled))
      expect(outcomes.filter((version) => version !== undefined)).toHaveLength(1)
      const waiting: Settlement = { state: 'waiting', reason: 'late', dueAt: clock(), isAttempt: true }
      expect(await work.commit({ settled: { task: { ...task, attempts: 1 }, as: waiting } })).toBeUndefined()
      expect((await work.task(task.key))?.state).toBe('done')
    })

    it('lets one of many change a window that all have read', async () => {
      const { work, clock } = started()
      const key = windowKey(personKey(APP_ID, anInboxPush().openId))
      const window = opened(NO_WINDOW, 'enter', clock())
      const many = await Promise.all(Array.from({ length: 20 }, () => work.commit({ window: { key, window } })))
      expect(many.filter((version) => version !== undefined)).toHaveLength(1)
    })
  })
}
