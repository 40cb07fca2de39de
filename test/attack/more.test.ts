import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dynamoNotices } from '../../shared/store/dynamo-notices.ts'
import { dynamoNotify } from '../../shared/store/dynamo-notify.ts'
import { readCallback } from '../../shared/im/callback.ts'
import { keep } from '../../functions/im/keep.ts'
import { millis, seconds } from '../../shared/kernel/time.ts'
import { recheckAt } from '../../shared/notify/verdict.ts'
import { mentionKey } from '../../shared/store/key.ts'
import { aNotice, T0 } from '../support/notices.ts'
import { startTable, type TestTable } from '../support/table.ts'
let table: TestTable
beforeAll(async () => { table = await startTable() })
afterAll(async () => { await table.close() })
it('threshold', () => {
  for (const c of [60_000, 90_000, 110_000, 120_000, 130_000, 150_000]) { let e = 'ok'; try { recheckAt(Array.from({ length: c }, (_, i) => aNotice(0))) } catch (x) { e = String(x) } console.log(c, e) }
})
it('fanOut converges?', async () => {
  const client = table.client({ maxAttempts: 3 })
  const clock = () => millis(T0)
  const inbox = dynamoNotices(client, table.tableName, clock)
  const store = dynamoNotify(client, table.tableName, clock, inbox)
  const to = Array.from({ length: 1000 }, (_, i) => `m${i}` as never)
  await inbox.mention({ group: 'g', key: '1@g', from: 'x' as never, sentAt: seconds(T0 / 1000), to, preview: 'x' })
  for (let k = 0; k < 4; k++) { const t = performance.now(); let e = 'ok'; try { await store.fanOut(mentionKey('g', '1@g')) } catch (x) { e = String(x).slice(0, 60) } console.log('try', k, Math.round(performance.now() - t), e)
    await new Promise(r => setTimeout(r, 1500))
    const got = await Promise.all([0, 100, 200, 400, 600, 800, 999].map(async (i) => (await store.inflow(`im#m${i}`, 0)).notices.length)); console.log('written', got.join()) }
})
it('TopicId has a length', async () => {
  const client = table.client({ maxAttempts: 3 })
  const clock = () => millis(T0)
  const inbox = dynamoNotices(client, table.tableName, clock)
  const store = dynamoNotify(client, table.tableName, clock, inbox)
  const body = { CallbackCommand: 'Group.CallbackAfterSendMsg', GroupId: 'g9', From_Account: 'x', MsgBody: [{ MsgType: 'TIMTextElem', MsgContent: { Text: 'a' } }], MsgSeq: 1, MsgTime: T0 / 1000, TopicId: 't'.repeat(200_000), GroupAtInfo: [1, 2, 3].map((i) => ({ GroupAt_Account: `v${i}` })) }
  expect(() => readCallback(body as never, { command: 'Group.CallbackAfterSendMsg', platform: 'web' } as never)).toThrow('TopicId')
})
