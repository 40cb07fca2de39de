import { describe, expect, it } from 'vitest'
import { Fault } from '../../../shared/kernel/fault.ts'
import type { TemplateId } from '../../../shared/kernel/ids.ts'
import { hours, millis, minutes, seconds, toSeconds } from '../../../shared/kernel/time.ts'
import { takeDue } from '../../../shared/store/document-due.ts'
import { documentInbox } from '../../../shared/store/document-inbox.ts'
import { documentWork } from '../../../shared/store/document-work.ts'
import type { Documents } from '../../../shared/store/documents.ts'
import { type InboxPush, pushKey } from '../../../shared/store/inbox.ts'
import { type ItemKey, personKey, progressKey, windowKey } from '../../../shared/store/key.ts'
import { memoryDocuments } from '../../../shared/store/memory-documents.ts'
import { withEvent } from '../../../shared/store/permit.ts'
import { documentId, LOST_AFTER } from '../../../shared/store/push-document.ts'
import { NO_WINDOW, opened } from '../../../shared/store/window.ts'
import type { Settlement, Task } from '../../../shared/store/work.ts'
import { APP_ID, aClock, NOW } from '../../support/build.ts'
import { anInboxPush } from '../../support/inbox-contract.ts'
import { workContract } from '../../support/work-contract.ts'

const TEMPLATE = 'TMPL_A' as TemplateId
const DONE: Settlement = { state: 'done', outcome: 'done' }
const waitingUntil = (dueAt: number): Settlement => ({
  state: 'waiting',
  reason: 'late',
  dueAt: millis(dueAt),
  isAttempt: true,
})

function started(documents: Documents = memoryDocuments()) {
  const clock = aClock()
  const ready: ItemKey[] = []
  const work = documentWork(documents, clock, (key) => void ready.push(key))
  const inbox = documentInbox(documents, clock, hours(72))
  const taskOf = async (key: ItemKey): Promise<Task> => {
    const task = await work.task(key)
    if (task === undefined) throw new Error('not there')
    return task
  }
  const accepted = async (push: InboxPush = anInboxPush()): Promise<Task> => {
    await inbox.accept(push)
    return await taskOf(pushKey(push))
  }
  const due = async (limit = 10) => await takeDue(documents, clock(), limit)
  return { clock, ready, work, inbox, taskOf, accepted, due, documents }
}

workContract('documentWork', started)

describe('documentWork', () => {
  it('knows a push as it was accepted', async () => {
    const { accepted, clock, work } = started()
    const push = anInboxPush()
    const key = pushKey(push)
    const { text, signedAt } = push
    expect(await work.task(key)).toBeUndefined()
    expect(await accepted(push)).toEqual({ key, state: 'ready', text, signedAt, acceptedAt: clock(), attempts: 0 })
  })

  it('says of a permit what the settings say today', async () => {
    const { work } = started()
    const person = personKey(APP_ID, anInboxPush().openId)
    expect(await work.permit(person, TEMPLATE, true)).toMatchObject({ isLongTerm: true, templateId: TEMPLATE })
    const permit = withEvent(await work.permit(person, TEMPLATE, true), { kind: 'accept', at: NOW })
    await work.commit({ permits: [{ person, permit }] })
    expect(await work.permit(person, TEMPLATE, false)).toMatchObject({ isLongTerm: false })
  })

  it('writes nothing about a push that is gone, and nothing at all when there is nothing to write', async () => {
    const { work, accepted, documents } = started()
    const task = await accepted()
    await documents.change([documentId(task.key)], () => [undefined])
    expect(await work.commit({ settled: { task, as: DONE } })).toBeUndefined()
    expect(await work.task(task.key)).toBeUndefined()
    expect(await work.commit({})).toBeDefined()
  })

  it('gives a window a greater version each time, though the clock stands or goes back', async () => {
    const { work, clock } = started()
    const key = windowKey(personKey(APP_ID, anInboxPush().openId))
    const versions: number[] = []
    for (const by of [0, -5, 0]) {
      clock.advance(seconds(by))
      versions.push((await work.commit({ window: { key, window: await work.window(key) } })) ?? Number.NaN)
    }
    expect(versions).toEqual([clock() + 5000, clock() + 5001, clock() + 5002])
  })

  it('keeps what a failed push has come to, for whoever tries it again, and a month longer than it is remembered', async () => {
    const { work, accepted, taskOf, documents, clock } = started()
    const task = await accepted()
    const progress = { push: task.key.sk, step: 1, until: millis(0), holder: '', tries: 0 }
    await work.commit({ settled: { task, as: { state: 'failed', reason: 'x', progress } } })
    expect(await taskOf(task.key)).toMatchObject({ state: 'failed', progress, attempts: 1 })
    const failed = await documents.get(documentId(task.key))
    expect(failed).toMatchObject({ openAt: 0, dueAt: 0 })
    const month = 30 * 24 * 3_600_000
    await documents.sweep(millis(Number(failed?.expiresAt) - 1))
    expect(await documents.get(documentId(task.key))).toEqual(failed)
    await documents.sweep(millis(Number(failed?.expiresAt)))
    expect(await documents.get(documentId(task.key))).toBeUndefined()
    expect(Number(failed?.expiresAt)).toBeGreaterThan(clock() + month)
  })

  it('tells what a person has pushed and is not worked off, oldest first, and nothing of others', async () => {
    const { work, accepted, clock } = started()
    const { openId } = anInboxPush()
    const first = await accepted(anInboxPush({ openId, dedupKey: 'msg-9' }))
    clock.advance(seconds(1))
    const second = await accepted(anInboxPush({ openId, dedupKey: 'msg-1' }))
    const third = await accepted(anInboxPush({ openId, dedupKey: 'msg-2' }))
    await accepted(anInboxPush({ openId, dedupKey: 'event-1', isConversation: false }))
    await accepted()
    await work.commit({ settled: { task: second, as: DONE } })
    const { unfinished, window } = await work.conversation(first.key.pk)
    expect(unfinished.slice(0, 1)).toEqual([first.key])
    expect(new Set(unfinished)).toEqual(new Set([first.key, third.key]))
    expect(window).toEqual(NO_WINDOW)
  })

  it('reads the window before what is not worked off: a push that is settled in between has changed it', async () => {
    const memory = memoryDocuments()
    const { work: another, accepted, clock } = started(memory)
    const task = await accepted()
    const { pk } = task.key
    const before = opened(NO_WINDOW, 'message', clock())
    const late: Documents = {
      ...memory,
      get: async (id) => {
        const found = await memory.get(id)
        await another.commit({ settled: { task, as: DONE }, window: { key: windowKey(pk), window: before } })
        return found
      },
    }
    const { window, unfinished } = await started(late).work.conversation(pk)
    expect([window, unfinished]).toEqual([NO_WINDOW, []])
    expect(await another.commit({ window: { key: windowKey(pk), window } })).toBeUndefined()
  })

  it('keeps the same order of two in the same moment', async () => {
    const { work, accepted } = started()
    const { openId } = anInboxPush()
    const keys = []
    for (const n of [3, 1, 2]) keys.push((await accepted(anInboxPush({ openId, dedupKey: `msg-${n}` }))).key)
    const { unfinished } = await work.conversation(personKey(APP_ID, openId))
    expect((await work.conversation(personKey(APP_ID, openId))).unfinished).toEqual(unfinished)
    expect(new Set(unfinished)).toEqual(new Set(keys))
  })

  it('tells who may go on once the change is written, and makes it due for the case that nobody hears', async () => {
    const { work, accepted, ready, taskOf, due } = started()
    const { openId } = anInboxPush()
    const first = await accepted(anInboxPush({ openId, dedupKey: 'msg-1' }))
    const second = await accepted(anInboxPush({ openId, dedupKey: 'msg-2' }))
    await work.commit({ settled: { task: second, as: waitingUntil(NOW * 2000) } })
    const released = second.key
    expect(await work.commit({ settled: { task: first, as: DONE }, released })).toBeDefined()
    expect([ready, (await taskOf(second.key)).state]).toEqual([[second.key], 'ready'])
    expect(await work.commit({ settled: { task: first, as: DONE }, released })).toBeUndefined()
    expect([ready.length, await due()]).toEqual([1, [second.key]])
  })

  it('wakes what is ready, and nothing else', async () => {
    const { work, accepted, ready } = started()
    const task = await accepted()
    await work.wake(task.key)
    expect(ready).toEqual([task.key])
    await work.commit({ settled: { task, as: DONE } })
    await work.wake(task.key)
    await work.wake(pushKey(anInboxPush()))
    expect(ready).toHaveLength(1)
  })

  it('says what belongs to a person, and when it came', async () => {
    const { work, accepted, clock } = started()
    const task = await accepted(anInboxPush({ message: 'text' }))
    const person = task.key.pk
    const permit = withEvent(await work.permit(person, TEMPLATE, false), { kind: 'accept', at: NOW })
    const window = { key: windowKey(person), window: opened(NO_WINDOW, 'message', clock()) }
    const progress = { key: progressKey(task.key), window: NO_WINDOW }
    const version = await work.commit({ permits: [{ person, permit }], window })
    await work.commit({ window: progress })
    const others = { state: undefined, kind: '' }
    expect(new Set(await work.belongings(person))).toEqual(
      new Set([
        { key: task.key, state: 'ready', kind: 'text', version: 0, since: clock() },
        { key: { pk: person, sk: 'permit#TMPL_A' }, ...others, version, since: version },
        { key: windowKey(person), ...others, version, since: 0 },
        { key: progressKey(task.key), ...others, version, since: 0 },
      ]),
    )
  })

  it('erases what a person wrote and keeps that it came', async () => {
    const { work, accepted, inbox, documents } = started()
    const push = anInboxPush({ text: '{"Content":"13800138000"}' })
    const task = await accepted(push)
    const window = { key: windowKey(task.key.pk), window: NO_WINDOW }
    await work.commit({ settled: { task, as: DONE }, window })
    expect(await work.erase(await work.belongings(task.key.pk))).toBe(true)
    expect(await work.task(task.key)).toMatchObject({ state: 'done', text: '' })
    expect(JSON.stringify(await documents.of(task.key.pk, 'all'))).not.toContain('13800138000')
    expect(await work.belongings(task.key.pk)).toHaveLength(1)
    expect(await inbox.accept(push)).toBe('seen')
  })

  it('does not erase what has changed since it was read, nor what is not worked off', async () => {
    const { work, accepted } = started()
    const task = await accepted()
    const key = windowKey(task.key.pk)
    await work.commit({ window: { key, window: NO_WINDOW } })
    const read = await work.belongings(task.key.pk)
    await work.commit({ window: { key, window: await work.window(key) } })
    expect(await work.erase(read)).toBe(false)
    expect(await work.belongings(task.key.pk)).toHaveLength(2)
    expect(await work.task(task.key)).toEqual(task)
    expect(await work.erase([])).toBe(true)
  })

  it('forgets a window when nobody stands in it, and not before', async () => {
    const { work, accepted, documents, clock } = started()
    const { key } = await accepted()
    const person = windowKey(key.pk)
    await work.commit({ window: { key: person, window: { ...NO_WINDOW, line: [key.sk] } } })
    expect((await documents.get(documentId(person)))?.expiresAt).toBe(0)
    await work.commit({ window: { key: person, window: { ...(await work.window(person)), line: [] } } })
    expect((await documents.get(documentId(person)))?.expiresAt).toBe(clock() + 72 * 3_600_000)
  })

  it('fails with the database', async () => {
    const no = () => Promise.reject(new Fault('TABLE_UNAVAILABLE'))
    const { work, inbox } = started({ get: no, add: no, change: no, of: no, due: no, sweep: no })
    const { key, ...rest } = { key: pushKey(anInboxPush()), state: 'ready', text: '', signedAt: NOW, attempts: 0 }
    const task = { key, ...rest, acceptedAt: millis(0) } as Task
    const calls = [work.task(key), work.window(key), work.conversation(key.pk), work.permit(key.pk, TEMPLATE, true)]
    const writes = [work.commit({ settled: { task, as: DONE } }), work.wake(key), inbox.accept(anInboxPush())]
    for (const call of [...calls, ...writes, work.belongings(key.pk)]) await expect(call).rejects.toThrow('TABLE_')
  })
})

describe('takeDue', () => {
  it('hands out what waits when its time has come, and what nobody has worked off', async () => {
    const { work, accepted, clock, due, taskOf } = started()
    const lost = await accepted()
    const waiting = await accepted()
    await work.commit({ settled: { task: waiting, as: waitingUntil(clock() + 1000) } })
    expect(await due()).toEqual([])
    clock.advance(seconds(1))
    expect(await due()).toEqual([waiting.key])
    expect(await taskOf(waiting.key)).toMatchObject({ state: 'ready', attempts: 1 })
    clock.advance(toSeconds(LOST_AFTER))
    expect(await due(1)).toEqual([lost.key])
    expect(await due(9)).toEqual([waiting.key])
  })

  it('hands each to one of many who ask at the same time', async () => {
    const { accepted, clock, due } = started()
    const tasks = []
    for (let n = 0; n < 10; n += 1) tasks.push(await accepted())
    clock.advance(toSeconds(LOST_AFTER))
    const taken = (await Promise.all(Array.from({ length: 20 }, () => due(10)))).flat()
    expect(taken).toHaveLength(10)
    expect(new Set(taken)).toEqual(new Set(tasks.map(({ key }) => key)))
  })

  it('hands nothing to one who was slower, though it had read it as due', async () => {
    const documents = memoryDocuments()
    const { accepted, clock } = started(documents)
    await accepted()
    clock.advance(toSeconds(LOST_AFTER))
    const slower: Documents = {
      ...documents,
      change: async (ids, change) => {
        change(await Promise.all(ids.map((id) => documents.get(id))))
        expect(await takeDue(documents, clock(), 1)).toHaveLength(1)
        return await documents.change(ids, change)
      },
    }
    expect(await takeDue(slower, clock(), 1)).toEqual([])
  })

  it('hands out again what was taken by somebody who is gone', async () => {
    const { accepted, clock, due } = started()
    const { key } = await accepted()
    clock.advance(toSeconds(LOST_AFTER))
    expect([await due(), await due()]).toEqual([[key], []])
    clock.advance(toSeconds(minutes(6)))
    expect(await due()).toEqual([key])
  })
})
