import { DeleteItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AppId } from '../../../shared/kernel/ids.ts'
import { dynamoIdentities } from '../../../shared/store/dynamo-identity.ts'
import { keyItem } from '../../../shared/store/item.ts'
import { identityKey, imKey, personKey } from '../../../shared/store/key.ts'
import { memoryIdentities } from '../../../shared/store/memory-identity.ts'
import { APP_ID } from '../../support/build.ts'
import { anIdentity, identityContract } from '../../support/identity-contract.ts'
import { startTable, type TestTable } from '../../support/table.ts'
import { lossyProxy } from '../../support/table-proxy.ts'

let table: TestTable
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

const here = (appId = APP_ID, endpoint = table.endpoint) =>
  dynamoIdentities(table.client({ endpoint }), table.tableName, appId)

identityContract('memory', memoryIdentities)
identityContract('DynamoDB', (appId) => ({
  ofUser: (userId) => here(appId).ofUser(userId),
  ofKey: (im) => here(appId).ofKey(im),
  ofPerson: (openId) => here(appId).ofPerson(openId),
  join: (identity) => here(appId).join(identity),
}))

describe('dynamoIdentities', () => {
  it('keeps the same item on both sides, which never expires', async () => {
    const { userId, openId, since } = await here().join(anIdentity({ unionId: 'oUNION' }))
    for (const pk of [imKey(userId), personKey(APP_ID, openId)]) {
      const query = new QueryCommand({
        TableName: table.tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
      })
      expect((await table.client().send(query)).Items).toEqual([
        {
          pk: { S: pk },
          sk: { S: 'identity' },
          kind: { S: 'identity' },
          userId: { S: userId },
          appId: { S: APP_ID },
          openId: { S: openId },
          unionId: { S: 'oUNION' },
          version: { N: String(since) },
        },
      ])
    }
  })

  it('tells apps apart: an openid of one is nobody in the other, and its UserIDs lead nowhere', async () => {
    const other = here('wx0000aaaa1111bbbc' as AppId)
    const identity = await here().join(anIdentity())
    expect(await other.ofPerson(identity.openId)).toBeUndefined()
    expect(await other.ofUser(identity.userId)).toBeUndefined()
    await expect(other.join(identity)).rejects.toThrow(/^USER_ID_TAKEN/)
  })

  it('joins anew what was left of a person who was erased halfway', async () => {
    const identity = await here().join(anIdentity())
    const left = [identityKey(imKey(identity.userId)), identityKey(personKey(APP_ID, identity.openId))]
    for (const key of left) {
      await table.client().send(new DeleteItemCommand({ TableName: table.tableName, Key: keyItem(key) }))
      expect(await here().join({ ...identity, unionId: 'oUNION' })).toMatchObject({ userId: identity.userId })
      expect(await here().ofUser(identity.userId)).toBeDefined()
      expect(await here().ofPerson(identity.openId)).toBeDefined()
    }
  })

  it('knows its own transaction when the answer is lost and the SDK repeats the call', async () => {
    const proxy = await lossyProxy(table.endpoint, 2)
    const identity = anIdentity()
    expect(await here(APP_ID, proxy.endpoint).join(identity)).toEqual(identity)
    await proxy.close()
    expect(await here().ofUser(identity.userId)).toEqual(identity)
  })

  it('fails when the table is missing', async () => {
    const identities = dynamoIdentities(table.client(), 'no-such-table', APP_ID)
    const identity = anIdentity()
    const failing = [
      identities.join(identity),
      identities.ofUser(identity.userId),
      identities.ofPerson(identity.openId),
    ]
    for (const each of failing) {
      await expect(each).rejects.toThrow(/^TABLE_UNAVAILABLE because=ResourceNotFoundException/)
    }
  })
})
