import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givePermit } from '../../dev/dev-people.ts'
import type { OpenId, TemplateId } from '../../shared/kernel/ids.ts'
import { dynamoWork } from '../../shared/store/dynamo-work.ts'
import { personKey } from '../../shared/store/key.ts'
import { remaining } from '../../shared/store/permit.ts'
import { APP_ID, aClock } from '../support/build.ts'
import { someone } from '../support/people.ts'
import { startTable, type TestTable } from '../support/table.ts'

const TEMPLATE = 'TMPL_A' as TemplateId

let table: TestTable

beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

/** Somebody else is quicker, so often. */
function outrun(client: DynamoDBClient, times: number): DynamoDBClient {
  let left = times
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === 'GetItemCommand' || left === 0) return next(args)
        left -= 1
        throw new ConditionalCheckFailedException({ message: 'outrun', $metadata: {} })
      },
    { step: 'initialize' },
  )
  return client
}

describe('givePermit', () => {
  const given = async (times: number) => {
    const openId = someone() as OpenId
    const stack = { client: outrun(table.client(), times), tableName: table.tableName, clock: aClock() }
    await givePermit(stack, { allow: () => undefined }, { appId: APP_ID, openId, template: TEMPLATE, remaining: 3 })
    const work = dynamoWork(stack.client, stack.tableName, stack.clock)
    return remaining(await work.permit(personKey(APP_ID, openId), TEMPLATE, false))
  }

  it('gives as many as it is told, also when somebody is quicker once or twice', async () => {
    expect([await given(0), await given(2)]).toEqual([3, 3])
  })

  it('says so when somebody is quicker each time', async () => {
    await expect(given(1000)).rejects.toThrow(/^TABLE_UNAVAILABLE because=contention:/)
  })
})
