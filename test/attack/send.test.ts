import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Fault } from '../../shared/kernel/fault.ts'
import { millis } from '../../shared/kernel/time.ts'
import { order } from '../../shared/notify/order.ts'
import { dynamoIdentities } from '../../shared/store/dynamo-identity.ts'
import { dynamoOrders } from '../../shared/store/dynamo-order.ts'
import { dynamoWork } from '../../shared/store/dynamo-work.ts'
import { permitItem } from '../../shared/store/person-item.ts'
import { noPermit, remaining } from '../../shared/store/permit.ts'
import { personKey } from '../../shared/store/key.ts'
import { startTable, type TestTable } from '../support/table.ts'
const APP = 'wx1234567890abcdef' as never
const TMPL = 'T' as never
let table: TestTable
beforeAll(async () => { table = await startTable() })
afterAll(async () => { await table.close() })
async function setup(n: number, permits: number) {
  const client = table.client({ maxAttempts: 3 }); const clock = () => millis(Date.now())
  const work = dynamoWork(client, table.tableName, clock); const sent: string[] = []
  const deps: any = { orders: dynamoOrders(client, table.tableName, clock), identities: dynamoIdentities(client, table.tableName, APP), permit: (p: string, t: never) => work.permit(p, t, false),
    sendSubscribeMessage: async (to: string) => { await new Promise((r) => setTimeout(r, 20)); sent.push(to); return String(sent.length) }, appId: APP, clock, log: { debug() {}, info() {}, warn() {}, error() {} }, random: Math.random, sleep: (ms: number) => new Promise((r) => setTimeout(r, ms)) }
  const openId = `o${String(n).padStart(27, 'y')}`
  await client.send(new PutItemCommand({ TableName: table.tableName, Item: permitItem(personKey(APP, openId as never), { ...noPermit(TMPL, false), base: permits, version: 1 }, 'r') }))
  return { deps, sent, openId, left: async () => remaining(await work.permit(personKey(APP, openId as never), TMPL, false)) }
}
const run = (s: any, key: string) => order({ to: s.openId, message: { templateId: TMPL, data: {} }, idempotencyKey: key } as never, s.deps).then((o) => o.kind, (e) => e instanceof Fault ? `${e.code} ${e.facts.because}` : String(e))
const tally = (l: string[]) => Object.fromEntries([...new Set(l)].map((k) => [k, l.filter((x) => x === k).length]))
it.each([4, 8, 12, 20])('%d keys at once', async (n) => {
  const s = await setup(100 + n, n)
  const r = await Promise.all(Array.from({ length: n }, (_, i) => run(s, `n${n}-${i}`)))
  console.log('CONC', n, JSON.stringify(tally(r)), 'sent', s.sent.length)
  expect(r.filter((k) => k.startsWith('TABLE'))).toEqual([])
})
