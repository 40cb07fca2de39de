import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { Secret } from '../../../shared/kernel/secret.ts'
import { LOGINS_A_MINUTE, networkOf } from '../../../shared/store/attempts.ts'
import { dynamoAttempts } from '../../../shared/store/dynamo-attempts.ts'
import { memoryAttempts } from '../../../shared/store/memory-attempts.ts'
import { attemptsContract } from '../../support/attempts-contract.ts'
import { aClock, NOW } from '../../support/build.ts'
import { startTable, type TestTable } from '../../support/table.ts'
import { lossyProxy, tableProxy } from '../../support/table-proxy.ts'

let table: TestTable
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

const PEPPER = new Secret('pepper-of-tests-0123456789')
const here = (clock = aClock(), endpoint = table.endpoint) =>
  dynamoAttempts(table.client({ endpoint }), table.tableName, clock, PEPPER)

attemptsContract('memory', (clock) => {
  const attempts = memoryAttempts(clock)
  return () => attempts
})
attemptsContract('DynamoDB', (clock) => () => dynamoAttempts(table.client(), table.tableName, clock, PEPPER))

describe('networkOf', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['', ''],
    ['localhost', 'localhost'],
  ])('%j is of %s', (address, network) => expect(networkOf(address)).toBe(network))
})

describe('dynamoAttempts', () => {
  it('keeps neither an address nor a code, and what the table forgets by itself', async () => {
    const attempts = here()
    await attempts.count('203.0.113.77')
    await attempts.take('0a1bCodeOfLogin')
    const { Items = [] } = await table.client().send(new ScanCommand({ TableName: table.tableName }))
    expect(JSON.stringify(Items)).not.toMatch(/203\.0|0a1bCode/)
    expect(Items.length).toBeGreaterThan(1)
    for (const item of Items) {
      expect(item.kind).toEqual({ S: 'login' })
      expect(item.pk?.S).toMatch(/^login#(?:from|code)#[\da-f]{64}$/)
      expect(Number(item.expiresAtSec?.N)).toBeGreaterThan(NOW - 3600)
    }
  })

  it('hashes with the pepper: another one does not find the same code', async () => {
    await here().take('0a1bPeppered')
    const other = dynamoAttempts(table.client(), table.tableName, aClock(), new Secret('another-pepper'))
    expect(await other.take('0a1bPeppered')).toBe(true)
    expect(await here().take('0a1bPeppered')).toBe(false)
  })

  it('does not ask the table again about an address that is over its share, until the next minute', async () => {
    const proxy = await tableProxy(table.endpoint, {})
    const clock = aClock()
    const attempts = here(clock, proxy.endpoint)
    for (let n = 0; n < LOGINS_A_MINUTE + 50; n += 1) await attempts.count('198.51.100.9')
    expect(proxy.requests()).toBe(LOGINS_A_MINUTE + 1)
    clock.advance(NOW)
    expect(await attempts.count('198.51.100.9')).toBe(true)
    await proxy.close()
  })

  it('knows its own write when the answer is lost and the SDK repeats the call', async () => {
    const proxy = await lossyProxy(table.endpoint, 1)
    expect(await here(aClock(), proxy.endpoint).take('0a1bLost')).toBe(true)
    expect(proxy.requests()).toBe(2)
    expect(await here(aClock(), proxy.endpoint).take('0a1bLost')).toBe(false)
    await proxy.close()
  })

  it('fails when the table is missing', async () => {
    const attempts = dynamoAttempts(table.client(), 'no-such-table', aClock(), PEPPER)
    for (const failing of [attempts.count('203.0.113.7'), attempts.take('0a1b')]) {
      await expect(failing).rejects.toThrow(/^TABLE_UNAVAILABLE because=ResourceNotFoundException/)
    }
  })
})
