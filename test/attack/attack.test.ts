import { GetItemCommand, PutItemCommand, ScanCommand, BatchWriteItemCommand, DeleteItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noticesApp } from '../../functions/send/notices.ts'
import { Fault } from '../../shared/kernel/fault.ts'
import { millis, seconds } from '../../shared/kernel/time.ts'
import { order } from '../../shared/notify/order.ts'
import { look } from '../../shared/notify/look.ts'
import { verdictOn } from '../../shared/notify/verdict.ts'
import { told as toldOf } from '../../shared/notify/unseen.ts'
import { dynamoIdentities } from '../../shared/store/dynamo-identity.ts'
import { dynamoNotices } from '../../shared/store/dynamo-notices.ts'
import { dynamoNotify } from '../../shared/store/dynamo-notify.ts'
import { dynamoOrders } from '../../shared/store/dynamo-order.ts'
import { dynamoWork } from '../../shared/store/dynamo-work.ts'
import { dynamoDue } from '../../shared/store/dynamo-due.ts'
import { permitItem } from '../../shared/store/person-item.ts'
import { noticeItem, mentionItem } from '../../shared/store/notice-item.ts'
import { accepted, noPermit, remaining, reserved, told, withEvent } from '../../shared/store/permit.ts'
import { imKey, mentionKey, notifyKey, permitKey, personKey } from '../../shared/store/key.ts'
import { noticeOf } from '../../shared/reply/notice.ts'
import { NO_NOTIFY } from '../../shared/store/notify.ts'
import { keyItem } from '../../shared/store/item.ts'
import { aNotice, T0 } from '../support/notices.ts'
import { startTable, type TestTable } from '../support/table.ts'

const APP = 'wx1234567890abcdef' as never
const TMPL = 'mB2cV7xZ9aSdF4gHjK1lQwErT6yUiO8pNbMvCxXz0LA' as never
const log = { debug() {}, info() {}, warn() {}, error() {} } as never
let table: TestTable
let now = T0 as number
const clock = () => millis(now)
beforeAll(async () => { table = await startTable() })
afterAll(async () => { await table.close() })

function world(rest: object = {}) {
  const client = table.client({ maxAttempts: 3 })
  const inbox = dynamoNotices(client, table.tableName, clock)
  const work = dynamoWork(client, table.tableName, clock)
  const sent: string[] = []
  const slept: number[] = []
  const logged: any[] = []
  const rec = (event: string, facts: any) => void logged.push([event, facts])
  const deps: any = {
    store: dynamoNotify(client, table.tableName, clock, inbox),
    identities: dynamoIdentities(client, table.tableName, APP),
    orders: dynamoOrders(client, table.tableName, clock),
    permit: (p: string, t: never) => work.permit(p, t, false),
    onlineStatus: async (us: string[]) => new Map(us.map((u) => [u, 'Offline'])),
    sendSubscribeMessage: async (to: string) => { sent.push(to); return `${sent.length}` },
    noticeOf, template: TMPL, notifyWhen: 'not-online', appId: APP, clock, random: () => 0.5,
    sleep: async (ms: number) => void slept.push(ms),
    log: { debug: rec, info: rec, warn: rec, error: rec },
    notifyCooldowns: [60000, 600000, 3600000, 21600000], notifyPerDay: 20, quietHours: undefined, ...rest,
  }
  return { client, inbox, work, sent, slept, deps, logged }
}
const rec = (pk: string, sk: string, n: number): any => ({ dynamodb: { Keys: { pk: { S: pk }, sk: { S: sk } }, SequenceNumber: String(n) } })
let n = 0
async function person(w: ReturnType<typeof world>, permits = 3) {
  const id = `u${String(n++).padStart(25, '0')}` as never
  const openId = `o${String(n).padStart(27, 'x')}` as never
  now = T0
  await w.deps.identities.join({ userId: id, openId, since: millis(T0 - 1000) })
  const owner = personKey(APP, openId)
  const permit = { ...noPermit(TMPL, false), base: permits, version: 1 }
  await w.client.send(new PutItemCommand({ TableName: table.tableName, Item: permitItem(owner, permit, 'r') }))
  return { id, openId, owner, im: imKey(id) }
}
const all = async (w: any, pk: string) => ((await w.client.send(new ScanCommand({ TableName: table.tableName }))).Items ?? []).filter((i: any) => i.pk.S === pk)
const msg = (to: never, i: number, from = 'mallory') => ({ to, from: from as never, key: `${i}_1_${T0 / 1000}`, sentAt: seconds(T0 / 1000), preview: 'hi' })

describe('attack', () => {
  it('A1 verdict: 200,000 unseen notices do not throw', () => {
    const unseen = Array.from({ length: 200_000 }, (_, i) => aNotice(i))
    verdictOn({ unseen, notify: NO_NOTIFY, seenAt: millis(0), presence: { platforms: {}, loginAt: millis(0) } },
      { notifyCooldowns: [millis(60000)], notifyPerDay: 20, quietHours: undefined }, millis(T0 + 1e9))
  })

  it('A1b noticesApp: a flood on one person does not hold up the lane', async () => {
    const w = world()
    const p = await person(w); const q = await person(w)
    await w.inbox.notice(msg(q.id, 1))
    const real = w.deps.store.inflow
    w.deps.store = { ...w.deps.store, inflow: async (pk: string, s: number) => {
      const r = await real(pk, s)
      return pk === p.im ? { ...r, notices: Array.from({ length: 200_000 }, (_, i) => ({ ...msg(p.id, i), name: `n${i}`, acceptedAt: millis(T0 + 1) })) } : r } }
    now = T0 + 10_000
    const out = await noticesApp(w.deps)({ Records: [rec(p.im, 'notice#1', 1), rec(q.im, 'notice#2', 2)] }, () => millis(300_000))
    expect({ out, slept: w.slept, logged: w.logged.filter(([e]) => e === 'notice.broken') }).toEqual({ out: { batchItemFailures: [] }, slept: [], logged: [] })
  })

  it('A2 noticeOf that throws a TypeError holds up nobody', async () => {
    const w = world({ noticeOf: () => { throw new TypeError('x') } })
    const p = await person(w)
    now = T0 + 1; await w.inbox.notice(msg(p.id, 1)); now = T0 + 10_000
    const out = await noticesApp(w.deps)({ Records: [rec(p.im, 'notice#1', 1)] }, () => millis(300_000))
    expect({ out, slept: w.slept }).toEqual({ out: { batchItemFailures: [] }, slept: [] })
  })

  it('A3 resume: unsure send before, then crash after WeChat took it: not sent twice', async () => {
    const w = world()
    const p = await person(w, 3)
    // 1: times out, never arrives
    let mode = 'timeout'
    const calls: string[] = []
    w.deps.sendSubscribeMessage = async () => {
      calls.push(mode)
      if (mode === 'timeout') throw new Fault('WECHAT_UNREACHABLE', { call: 'POST /cgi-bin/message/subscribe/send', because: 'timeout' })
      if (mode === 'crash') return await new Promise(() => {})
      return '7'
    }
    now = T0 + 1; await w.inbox.notice(msg(p.id, 1)); now = T0 + 10_000
    const app = noticesApp(w.deps)
    await app({ Records: [rec(p.im, 'notice#1', 1)] }, () => millis(300_000))
    // 2: an hour later WeChat takes it and the process dies
    mode = 'crash'
    now = T0 + 300_000; await w.inbox.notice({ ...msg(p.id, 2), sentAt: seconds(T0 / 1000 + 300) }); now += 10_000
    void app({ Records: [rec(p.im, 'notice#2', 1)] }, () => millis(300_000))
    await new Promise((r) => setTimeout(r, 300))
    expect(calls).toEqual(['timeout', 'crash'])
    // WeChat tells of the second one
    const before = await w.deps.permit(p.owner, TMPL)
    const after = told(before, '4711' as never, seconds(now / 1000 + 2))
    await w.client.send(new PutItemCommand({ TableName: table.tableName, Item: permitItem(p.owner, { ...after, version: before.version + 1 }, 'r2') }))
    // lease over
    mode = 'ok'; now += 901_000
    await app({ Records: [rec(p.im, 'notify', 3)] }, () => millis(300_000))
    expect(calls).toEqual(['timeout', 'crash'])
  })

  it('A4 an order in flight beside: its notice crashed after WeChat took it, not sent twice', () => {
    let p: any = { ...noPermit(TMPL, false), base: 5 }
    p = reserved(p, 'send#order', seconds(100)) // in flight, slow
    p = reserved(p, 'im#x/1', seconds(101)) // WeChat took it at once, process dies
    p = told(p, '4711' as never, seconds(102)) // event of im#x/1
    expect(p.open.some((o: any) => o.id === 'im#x/1' && o.msgId === undefined)).toBe(false)
  })

  it('A5 erased during /send: nothing of the person is written again', async () => {
    const w = world()
    const p = await person(w)
    w.deps.sendSubscribeMessage = async () => {
      for (const i of await all(w, p.owner)) await w.client.send(new DeleteItemCommand({ TableName: table.tableName, Key: { pk: i.pk, sk: i.sk } }))
      return '9'
    }
    await order({ to: p.openId, message: { templateId: TMPL, data: {} }, idempotencyKey: 'k5' } as never, w.deps)
    expect(await all(w, p.owner)).toEqual([])
  })

  it('A6 ready lease with a clock 1 s behind tick: still something comes', async () => {
    const w = world()
    const p = await person(w)
    w.deps.sendSubscribeMessage = () => new Promise(() => {})
    now = T0 + 1; await w.inbox.notice(msg(p.id, 1)); now = T0 + 10_000
    void noticesApp(w.deps)({ Records: [rec(p.im, 'notice#1', 1)] }, () => millis(300_000))
    await new Promise((r) => setTimeout(r, 300))
    expect(await dynamoDue(w.client, table.tableName).ready({ pk: p.im, sk: 'notify' }, millis(T0 + 911_000))).toBe(true)
    now = T0 + 909_000 // send's clock
    w.deps.sendSubscribeMessage = async () => '9'
    await noticesApp(w.deps)({ Records: [rec(p.im, 'notify', 2)] }, () => millis(300_000))
    const [item] = (await all(w, p.im)).filter((i: any) => i.sk.S === 'notify')
    expect({ state: item.state.S, due: item.dueAtMs !== undefined }).not.toEqual({ state: 'ready', due: false })
  })

  it('A7 told() keeps what is left in a flood', () => {
    const left = [aNotice(20_000, { name: 'bob-is-waiting' })]
    const read = Array.from({ length: 501 }, (_, i) => aNotice(20_001 + i, { name: `r${i}` }))
    const after = toldOf([...left, ...read], left, millis(T0 + 40_000))
    expect(after.toldUntil).toBeLessThan(left[0]!.acceptedAt)
  })

  it.each([30, 300, 1000, 3000, 8000])('A8 fanOut to %d', async (count) => {
    const w = world()
    now = T0
    const to = Array.from({ length: count }, (_, i) => `m${count}-${i}` as never)
    await w.inbox.mention({ group: `g${count}`, key: '1@g', from: 'mallory' as never, sentAt: seconds(T0 / 1000), to, preview: 'x' })
    const t = performance.now()
    let err = ''
    try { await w.deps.store.fanOut(mentionKey(`g${count}`, '1@g')) } catch (e) { err = String(e) }
    console.log('fanOut', count, Math.round(performance.now() - t), 'ms', err.slice(0, 80))
    expect(err).toBe('')
  })

  it('A9 erased during look: no notify item without an end', async () => {
    const w = world()
    const p = await person(w)
    now = T0 + 1; await w.inbox.notice(msg(p.id, 1)); now = T0 + 10_000
    w.deps.onlineStatus = async (us: string[]) => {
      for (const pk of [p.owner, p.im]) for (const i of await all(w, pk)) await w.client.send(new DeleteItemCommand({ TableName: table.tableName, Key: { pk: i.pk, sk: i.sk } }))
      return new Map(us.map((u) => [u, 'Online']))
    }
    await noticesApp(w.deps)({ Records: [rec(p.im, 'notice#1', 1)] }, () => millis(300_000))
    await dynamoDue(w.client, table.tableName).ready({ pk: p.im, sk: 'notify' }, millis(T0 + 100_000))
    now = T0 + 110_000
    await noticesApp(w.deps)({ Records: [rec(p.im, 'notify', 2)] }, () => millis(300_000))
    expect((await all(w, p.im)).filter((i: any) => i.expiresAtSec === undefined)).toEqual([])
  })

  it('A10 IM is asked five times, whatever WeChat did before', async () => {
    const w = world()
    const p = await person(w)
    const calls: string[] = []
    w.deps.sendSubscribeMessage = async () => { calls.push('send'); throw new Fault('WECHAT_REFUSED', { call: 'x', errcode: -1 }) }
    now = T0 + 1; await w.inbox.notice(msg(p.id, 1)); now = T0 + 10_000
    for (let i = 0; i < 5; i++) { await noticesApp(w.deps)({ Records: [rec(p.im, 'notify', 1)] }, () => millis(300_000)); now += 3_600_000 }
    expect(calls.length).toBe(5)
    w.deps.onlineStatus = async () => { throw new Fault('IM_UNREACHABLE', { call: 'x', because: 'timeout' }) }
    await noticesApp(w.deps)({ Records: [rec(p.im, 'notify', 1)] }, () => millis(300_000))
    expect(calls.length).toBe(5)
  })

  it('A11 a sender of invisible letters does not mute', () => {
    noticeOf(TMPL, { count: 1, senders: [{ userId: '\u200b' as never, count: 1 }], preview: 'x', sentAt: seconds(T0 / 1000), groups: [] })
  })
})
