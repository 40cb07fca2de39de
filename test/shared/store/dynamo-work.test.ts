import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hours, seconds } from '../../../shared/kernel/time.ts'
import { dynamoInbox } from '../../../shared/store/dynamo-inbox.ts'
import { dynamoWork } from '../../../shared/store/dynamo-work.ts'
import { type InboxPush, pushKey } from '../../../shared/store/inbox.ts'
import { personKey, windowKey } from '../../../shared/store/key.ts'
import { NO_WINDOW, opened } from '../../../shared/store/window.ts'
import type { Settlement, Task, Work } from '../../../shared/store/work.ts'
import { APP_ID, aClock } from '../../support/build.ts'
import { anInboxPush } from '../../support/inbox-contract.ts'
import { startTable, type TestTable } from '../../support/table.ts'
import { lossyProxy } from '../../support/table-proxy.ts'
import { workContract } from '../../support/work-contract.ts'

let table: TestTable
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

const started: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of started.splice(0)) await close()
})

const clock = aClock()
const aWork = (endpoint = table.endpoint): Work =>
  dynamoWork(table.client({ endpoint, maxAttempts: 3 }), table.tableName, clock)

async function accepted(push: InboxPush = anInboxPush()): Promise<Task> {
  await dynamoInbox(table.client(), table.tableName, clock, hours(72)).accept(push)
  const task = await aWork().task(pushKey(push))
  if (task === undefined) throw new Error('not accepted')
  return task
}

const DONE: Settlement = { state: 'done', outcome: 'done' }

workContract('dynamoWork', () => ({ work: aWork(), clock, accepted }))

describe('dynamoWork', () => {
  for (const together of [false, true]) {
    it(`knows its own ${together ? 'transaction' : 'write'} when the answer is lost and the SDK repeats the call`, async () => {
      const proxy = await lossyProxy(table.endpoint, 1)
      started.push(proxy.close)
      const task = await accepted()
      const window = { key: windowKey(task.key.pk), window: opened(NO_WINDOW, 'message', clock()) }
      const changes = { settled: { task, as: DONE }, ...(together ? { window } : {}) }
      expect(await aWork(proxy.endpoint).commit(changes)).toBeDefined()
      expect(proxy.requests()).toBe(2)
      expect(await aWork().task(task.key)).toMatchObject({ state: 'done', attempts: 1 })
    })
  }

  it('puts waiting work into the index and takes it out when it is over', async () => {
    const work = aWork()
    const task = await accepted()
    await work.commit({ settled: { task, as: { state: 'waiting', reason: 'x', dueAt: clock(), isAttempt: true } } })
    const waiting = await work.task(task.key)
    if (waiting === undefined) throw new Error('gone')
    expect(waiting).toMatchObject({ state: 'waiting', attempts: 1 })
    await work.commit({ settled: { task: waiting, as: { state: 'failed', reason: 'x' } } })
    const [item] = await work.belongings(task.key.pk)
    expect(item?.state).toBe('failed')
  })

  it('tells what a person has pushed and is not worked off, oldest first, and nothing of others', async () => {
    const work = aWork()
    const { openId } = anInboxPush()
    const first = await accepted(anInboxPush({ openId, dedupKey: 'msg-9' }))
    clock.advance(seconds(1))
    const second = await accepted(anInboxPush({ openId, dedupKey: 'msg-1' }))
    const third = await accepted(anInboxPush({ openId, dedupKey: 'msg-2' }))
    await accepted()
    await work.commit({ settled: { task: second, as: DONE } })
    const { unfinished, window } = await work.conversation(first.key.pk)
    expect([unfinished, window]).toEqual([[first.key, third.key], NO_WINDOW])
  })

  it('reads on when what a person has fills more than a page', async () => {
    const work = aWork()
    const { openId } = anInboxPush()
    const text = '"'.repeat(250_000)
    for (let n = 0; n < 6; n += 1) await accepted(anInboxPush({ openId, dedupKey: `msg-${n}`, text }))
    expect((await work.conversation(personKey(APP_ID, openId))).unfinished).toHaveLength(6)
  })

  it('erases what a person wrote and keeps that it came', async () => {
    const work = aWork()
    const push = anInboxPush({ text: '{"Content":"13800138000"}' })
    const task = await accepted(push)
    await work.commit({ settled: { task, as: DONE } })
    await work.erase(await work.belongings(task.key.pk))
    expect(await work.task(task.key)).toMatchObject({ state: 'done', text: '' })
    expect(await dynamoInbox(table.client(), table.tableName, clock, hours(72)).accept(push)).toBe('seen')
  })

  it('fails with the table', async () => {
    const work = dynamoWork(table.client(), 'no-such-table', clock)
    const task = await accepted()
    await expect(work.task(task.key)).rejects.toThrow(/^TABLE_UNAVAILABLE because=ResourceNotFoundException/)
    await expect(work.commit({ settled: { task, as: DONE } })).rejects.toThrow(/^TABLE_UNAVAILABLE/)
  })
})
