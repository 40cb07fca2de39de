import { createServer } from 'node:http'
import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { closeServer, listen } from '../../../dev/emulator/server.ts'
import { millis, toMillis } from '../../../shared/kernel/time.ts'
import { dynamoNotices } from '../../../shared/store/dynamo-notices.ts'
import { keyItem } from '../../../shared/store/item.ts'
import { type ItemKey, presenceKey } from '../../../shared/store/key.ts'
import { memoryNotices } from '../../../shared/store/memory-notices.ts'
import { aClock, NOW } from '../../support/build.ts'
import { aNotice, noticeContract, noticeKeyOf } from '../../support/notice-contract.ts'
import { startTable, type TestTable } from '../../support/table.ts'
import { lossyProxy } from '../../support/table-proxy.ts'

let table: TestTable
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

const started: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of started.splice(0)) await close()
})

async function itemAt(key: ItemKey) {
  const get = new GetItemCommand({ TableName: table.tableName, Key: keyItem(key), ConsistentRead: true })
  return (await table.client().send(get)).Item
}

noticeContract('memory', (clock) => {
  const inbox = memoryNotices(clock)
  return {
    ...inbox,
    itemAt: async ({ pk, sk }) => inbox.items().find((item) => item.pk?.S === pk && item.sk?.S === sk),
  }
})
noticeContract('DynamoDB', (clock) => ({ ...dynamoNotices(table.client(), table.tableName, clock), itemAt }))

const anInbox = (endpoint = table.endpoint, tableName = table.tableName) =>
  dynamoNotices(table.client({ endpoint, maxAttempts: 3 }), tableName, aClock())

describe('dynamoNotices', () => {
  it('writes a message as something to look at', async () => {
    const notice = aNotice()
    await anInbox().notice(notice)
    expect(await itemAt(noticeKeyOf(notice))).toEqual({
      pk: { S: `im#${notice.to}` },
      sk: { S: `notice#${NOW}#alice#48374_2837546_${NOW}` },
      kind: { S: 'notice' },
      state: { S: 'ready' },
      to: { S: notice.to },
      from: { S: 'alice' },
      messageKey: { S: `48374_2837546_${NOW}` },
      preview: { S: '在吗？' },
      sentAtSec: { N: '1760000000' },
      acceptedAtMs: { N: '1760000000000' },
      receipt: { S: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      expiresAtSec: { N: String(NOW + 48 * 3600) },
    })
  })

  it('keeps a person in one item, a platform in three members', async () => {
    const { to: userId } = aNotice()
    const at = toMillis(NOW)
    await anInbox().stateChange({ userId, platform: 'web', isOnline: true, at, kicked: ['ios'] })
    expect(await itemAt(presenceKey(userId))).toMatchObject({
      webOnline: { BOOL: true },
      webAtMs: { N: String(at) },
      webLoginAtMs: { N: String(at) },
      iosOnline: { BOOL: false },
      iosAtMs: { N: String(at) },
      state: { S: 'ready' },
    })
  })

  const writes = ['notice', 'recall', 'mention', 'read', 'state'] as const
  it.each(writes)(
    'takes its own write for new when the answer is lost and the SDK repeats the call: %s',
    async (what) => {
      const proxy = await lossyProxy(table.endpoint, 1)
      started.push(proxy.close)
      const notice = aNotice()
      const { to: userId } = notice
      const write = (inbox: ReturnType<typeof anInbox>) => {
        const at = toMillis(NOW)
        if (what === 'read') return inbox.read({ reader: userId, peer: notice.from, until: NOW })
        if (what === 'mention') return inbox.mention({ ...notice, group: userId, to: [userId] })
        if (what === 'state') return inbox.stateChange({ userId, platform: 'web', isOnline: true, at, kicked: ['ios'] })
        return inbox[what](notice)
      }
      expect(await write(anInbox(proxy.endpoint))).toBe('new')
      expect(proxy.requests()).toBe(2)
      expect(await write(anInbox())).toBe('seen')
    },
  )

  it('writes once for a state, and twice only when one that was logged out has come back', async () => {
    const proxy = await lossyProxy(table.endpoint, 0)
    started.push(proxy.close)
    const inbox = anInbox(proxy.endpoint)
    const { to: userId } = aNotice()
    const at = (by: number) => millis(toMillis(NOW) + by)
    await inbox.stateChange({ userId, platform: 'ios', isOnline: true, at: at(9), kicked: [] })
    expect(proxy.requests()).toBe(1)
    await inbox.stateChange({ userId, platform: 'web', isOnline: true, at: at(5), kicked: ['ios'] })
    expect(proxy.requests()).toBe(3)
    await inbox.stateChange({ userId, platform: 'web', isOnline: true, at: at(4), kicked: ['ios'] })
    expect(proxy.requests()).toBe(4)
  })

  it('fails when the table is missing, and names neither people nor words', async () => {
    const notice = aNotice({ preview: '13800138000' })
    const failure = await anInbox(table.endpoint, 'no-such-table').notice(notice).catch(String)
    expect(failure).toMatch(/^Fault: TABLE_UNAVAILABLE because=ResourceNotFoundException:/)
    expect(failure).not.toMatch(new RegExp(`${notice.to}|alice|13800138000`))
  })

  it('fails within the 2 s that IM waits when the endpoint never answers', async () => {
    const server = createServer()
    const endpoint = await listen(server)
    started.push(() => closeServer(server))
    const { to: userId, from, sentAt, key } = aNotice()
    const at = toMillis(NOW)
    const writes = [
      anInbox(endpoint).notice(aNotice()),
      anInbox(endpoint).recall({ to: userId, from, key, sentAt }),
      anInbox(endpoint).stateChange({ userId, platform: 'web', isOnline: true, at, kicked: [] }),
    ]
    for (const each of await Promise.allSettled(writes)) {
      expect(each).toMatchObject({ status: 'rejected', reason: { code: 'TABLE_UNAVAILABLE' } })
    }
  }, 1_950)
})
