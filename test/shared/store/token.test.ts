import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AppId } from '../../../shared/kernel/ids.ts'
import { millis } from '../../../shared/kernel/time.ts'
import { accountOf } from '../../../shared/store/account.ts'
import { dynamoTokens } from '../../../shared/store/dynamo-token.ts'
import { memoryTokens } from '../../../shared/store/memory-token.ts'
import { APP_ID, aClock } from '../../support/build.ts'
import { startTable, type TestTable } from '../../support/table.ts'
import { lossyProxy } from '../../support/table-proxy.ts'
import { aKeptToken, tokenContract } from '../../support/token-contract.ts'

let table: TestTable
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

tokenContract('memory', memoryTokens)
tokenContract('DynamoDB', (clock, account) => dynamoTokens(table.client(), table.tableName, account, clock))

describe('dynamoTokens', () => {
  it('keeps one item for an account', async () => {
    const store = dynamoTokens(table.client(), table.tableName, 'wx-item', aClock())
    await store.lease({ holder: 'a', until: millis(1) }, { revision: 0 })
    await store.keep('a', aKeptToken('T1'))
    const Key = { pk: { S: 'token#wx-item' }, sk: { S: '-' } }
    const { Item } = await table.client().send(new GetItemCommand({ TableName: table.tableName, Key }))
    expect(Item).toEqual({
      ...Key,
      kind: { S: 'token' },
      token: { S: 'T1' },
      obtainedAtMs: { N: '1760000000000' },
      freshUntilMs: { N: '1760006900000' },
      worksUntilMs: { N: '1760007200000' },
      confirmedAtMs: { N: '0' },
      revision: { N: '1' },
    })
  })

  it('takes its own lease and its own token for done when their answers are lost and the SDK repeats the calls', async () => {
    const at = async (losses: number) => {
      const proxy = await lossyProxy(table.endpoint, losses)
      const client = table.client({ endpoint: proxy.endpoint, maxAttempts: 3 })
      return { proxy, store: dynamoTokens(client, table.tableName, 'wx-lossy', aClock()) }
    }
    const first = await at(2)
    expect(await first.store.lease({ holder: 'a', until: millis(1) }, { revision: 0 })).toBe(true)
    await first.proxy.close()
    const second = await at(1)
    expect((await second.store.keep('a', aKeptToken('T1'))).token.reveal()).toBe('T1')
    expect((await second.store.read()).revision).toBe(1)
    await second.proxy.close()
  })

  it('fails when the table is missing, with a hint that speaks of no push', async () => {
    const store = dynamoTokens(table.client(), 'no-such-table', 'wx', aClock())
    const lease = { holder: 'a', until: millis(1) }
    for (const failing of [store.read(), store.lease(lease, { revision: 0 }), store.keep('a', aKeptToken('T1'))]) {
      await expect(failing).rejects.toThrow(/^TABLE_UNAVAILABLE because=ResourceNotFoundException: The table /)
    }
  })
})

describe('accountOf', () => {
  it("is the app at WeChat's own hosts, and the app and the host elsewhere", () => {
    expect(accountOf(APP_ID, 'https://api.weixin.qq.com')).toBe(APP_ID)
    expect(accountOf(APP_ID, 'https://sh.api.weixin.qq.com')).toBe(APP_ID)
    expect(accountOf(APP_ID, 'http://127.0.0.1:8080')).toBe(`${APP_ID}#127.0.0.1:8080`)
    expect(accountOf('wx1' as AppId, 'https://api.weixin.qq.com.example.org')).toBe('wx1#api.weixin.qq.com.example.org')
  })
})
