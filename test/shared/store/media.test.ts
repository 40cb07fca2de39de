import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hours } from '../../../shared/kernel/time.ts'
import { dynamoMedia } from '../../../shared/store/dynamo-media.ts'
import { memoryMedia } from '../../../shared/store/memory-media.ts'
import { aClock, NOW } from '../../support/build.ts'
import { mediaContract } from '../../support/media-contract.ts'
import { startTable, type TestTable } from '../../support/table.ts'

let table: TestTable
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

mediaContract('memory', (clock, _, life) => memoryMedia(clock, life))
mediaContract('DynamoDB', (clock, account, life) => dynamoMedia(table.client(), table.tableName, account, clock, life))

describe('dynamoMedia', () => {
  it('keeps an item that the table forgets by itself', async () => {
    await dynamoMedia(table.client(), table.tableName, 'wx-item', aClock(), hours(60)).keep('a', 'M1')
    const Key = { pk: { S: 'media#wx-item' }, sk: { S: 'a' } }
    const { Item } = await table.client().send(new GetItemCommand({ TableName: table.tableName, Key }))
    expect(Item).toEqual({
      ...Key,
      kind: { S: 'media' },
      mediaId: { S: 'M1' },
      expiresAtSec: { N: String(NOW + 60 * 3600) },
    })
  })

  it('fails when the table is missing', async () => {
    const ids = dynamoMedia(table.client(), 'no-such-table', 'wx', aClock(), hours(60))
    for (const failing of [ids.find('a'), ids.keep('a', 'M1'), ids.forget('a', 'M1')]) {
      await expect(failing).rejects.toThrow(/^TABLE_UNAVAILABLE because=ResourceNotFoundException/)
    }
  })
})
