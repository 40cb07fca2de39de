import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hours, seconds } from '../../../shared/kernel/time.ts'
import { dynamoInbox } from '../../../shared/store/dynamo-inbox.ts'
import { dynamoWork } from '../../../shared/store/dynamo-work.ts'
import { forgetAt, type InboxPush, pushKey } from '../../../shared/store/inbox.ts'
import { memoryInbox } from '../../../shared/store/memory-inbox.ts'
import { NOW, OPEN_ID } from '../../support/build.ts'
import { anInboxPush, inboxContract, RETENTION } from '../../support/inbox-contract.ts'
import { startTable, type TestTable } from '../../support/table.ts'

let table: TestTable
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

inboxContract('memory', memoryInbox)
inboxContract('DynamoDB', (clock, retention) => {
  const inbox = dynamoInbox(table.client(), table.tableName, clock, retention)
  const work = dynamoWork(table.client(), table.tableName, clock)
  const finish = async (push: InboxPush): Promise<void> => {
    const task = await work.task(pushKey(push))
    if (task !== undefined) await work.commit({ settled: { task, as: { state: 'done', outcome: 'done' } } })
  }
  return { ...inbox, finish }
})

describe('forgetAt', () => {
  it('is the retention and a day after arrival or signature, whichever is later', () => {
    const push = anInboxPush()
    expect(forgetAt(push, seconds(NOW + 9), RETENTION)).toBe(NOW + 9 + 96 * 3600)
    expect(forgetAt(push, seconds(NOW - 9), RETENTION)).toBe(NOW + 96 * 3600)
    expect(forgetAt(push, NOW, hours(1))).toBe(NOW + 25 * 3600)
  })
})

describe('pushKey', () => {
  it('puts a person under one partition and a push under its own key, readable', () => {
    expect(pushKey(anInboxPush({ openId: OPEN_ID, dedupKey: 'msg-1' }))).toEqual({
      pk: `openid#wx0000aaaa1111bbbb#${OPEN_ID}`,
      sk: 'push#msg-1',
    })
  })

  it('hashes what is too long or could be taken for a separator', () => {
    const { pk, sk } = pushKey(anInboxPush({ openId: 'a#b', dedupKey: 'x'.repeat(201) }))
    expect(pk).toMatch(/^openid#wx0000aaaa1111bbbb#sha256-[0-9a-f]{64}$/)
    expect(sk).toMatch(/^push#sha256-[0-9a-f]{64}$/)
  })
})
