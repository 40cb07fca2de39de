import { createServer } from 'node:http'
import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { closeServer, listen } from '../../../dev/emulator/server.ts'
import { dynamoInbox } from '../../../shared/store/dynamo-inbox.ts'
import { type InboxPush, pushKey } from '../../../shared/store/inbox.ts'
import { aClock, NOW, OPEN_ID } from '../../support/build.ts'
import { anInboxPush, RETENTION } from '../../support/inbox-contract.ts'
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

const anInbox = (endpoint = table.endpoint, tableName = table.tableName) =>
  dynamoInbox(table.client({ endpoint, maxAttempts: 3 }), tableName, aClock(), RETENTION)

async function itemOf(push: InboxPush) {
  const { pk, sk } = pushKey(push)
  const Key = { pk: { S: pk }, sk: { S: sk } }
  const { Item } = await table
    .client()
    .send(new GetItemCommand({ TableName: table.tableName, Key, ConsistentRead: true }))
  return Item
}

describe('dynamoInbox', () => {
  it('writes the whole push as work that is ready', async () => {
    const push = anInboxPush({ text: '<xml>你好</xml>', format: 'xml' })
    await anInbox().accept(push)
    expect(await itemOf(push)).toEqual({
      pk: { S: `openid#wx0000aaaa1111bbbb#${push.openId}` },
      sk: { S: 'push#msg-23637352235060881' },
      kind: { S: 'push' },
      state: { S: 'ready' },
      message: { S: 'text' },
      format: { S: 'xml' },
      sealed: { BOOL: true },
      body: { S: '<xml>你好</xml>' },
      signedAtSec: { N: '1760000000' },
      acceptedAtMs: { N: '1760000000000' },
      openAtMs: { N: '1760000000000' },
      attempts: { N: '0' },
      receipt: { S: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      forgetAtSec: { N: String(NOW + 96 * 3600) },
    })
  })

  it('leaves the first delivery as it was when another comes', async () => {
    const push = anInboxPush()
    await anInbox().accept(push)
    const first = await itemOf(push)
    await anInbox().accept({ ...push, text: 'another' })
    expect(await itemOf(push)).toEqual(first)
  })

  for (const losses of [1, 2]) {
    it(`takes its own write for new when ${losses} of its answers are lost and the SDK repeats the call`, async () => {
      const proxy = await lossyProxy(table.endpoint, losses)
      started.push(proxy.close)
      const push = anInboxPush()
      expect(await anInbox(proxy.endpoint).accept(push)).toBe('new')
      expect(proxy.requests()).toBe(losses + 1)
      expect(await anInbox().accept(push)).toBe('seen')
    })
  }

  it("takes another's write for seen when an answer is lost", async () => {
    const proxy = await lossyProxy(table.endpoint, 1)
    started.push(proxy.close)
    const push = anInboxPush()
    await anInbox().accept(push)
    expect(await anInbox(proxy.endpoint).accept(push)).toBe('seen')
    expect(proxy.requests()).toBe(2)
  })

  it('fails when every answer is lost, and the next delivery finds the push accepted', async () => {
    const proxy = await lossyProxy(table.endpoint, 3)
    started.push(proxy.close)
    const push = anInboxPush()
    await expect(anInbox(proxy.endpoint).accept(push)).rejects.toThrow(/^TABLE_UNAVAILABLE because=/)
    expect(proxy.requests()).toBe(3)
    expect(await anInbox().accept(push)).toBe('seen')
  })

  it('fails when the table is missing', async () => {
    const accepting = anInbox(table.endpoint, 'no-such-table').accept(anInboxPush())
    await expect(accepting).rejects.toThrow(/^TABLE_UNAVAILABLE because=ResourceNotFoundException:/)
  })

  it('fails when nobody listens at the endpoint', async () => {
    const server = createServer()
    const endpoint = await listen(server)
    await closeServer(server)
    await expect(anInbox(endpoint).accept(anInboxPush())).rejects.toThrow(/^TABLE_UNAVAILABLE because=/)
  })

  it('fails within the 5 s that WeChat waits when the endpoint never answers', async () => {
    const server = createServer()
    const endpoint = await listen(server)
    started.push(() => closeServer(server))
    await expect(anInbox(endpoint).accept(anInboxPush())).rejects.toThrow(/^TABLE_UNAVAILABLE because=/)
  }, 4_500)

  it('names neither the person nor what they wrote in its failure', async () => {
    const push = anInboxPush({ openId: OPEN_ID, text: '{"Content":"13800138000"}' })
    const failure = await anInbox(table.endpoint, 'no-such-table').accept(push).catch(String)
    expect(failure).toContain('TABLE_UNAVAILABLE')
    expect(failure).not.toMatch(new RegExp(`${OPEN_ID}|13800138000`))
  })
})
