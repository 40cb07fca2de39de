import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { act } from '../../../shared/act/act.ts'
import { Fault } from '../../../shared/kernel/fault.ts'
import { minutes, seconds } from '../../../shared/kernel/time.ts'
import { RULES } from '../../../shared/reply/rules.ts'
import { keyItem, replayed } from '../../../shared/store/item.ts'
import { MOST_ATTEMPTS } from '../../../shared/wechat/back-off.ts'
import { actContract } from '../../support/act-contract.ts'
import { type ActWorld, actWorld } from '../../support/act-world.ts'
import { anEventPush } from '../../support/build.ts'
import { aText, someone } from '../../support/people.ts'
import { startTable, type TestTable } from '../../support/table.ts'

let table: TestTable
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

const unreachable = () =>
  new Fault('WECHAT_UNREACHABLE', { call: 'POST /cgi-bin/message/custom/send', because: 'timeout' })
const refused = (errcode: number) => new Fault('WECHAT_REFUSED', { call: 'POST /cgi-bin/message/custom/send', errcode })

const DEFAULT = String(RULES.otherwise.text)
const texts = (world: ActWorld): readonly string[] => world.sent.map(({ what }) => what)
async function stateOf(world: ActWorld, key: Parameters<ActWorld['item']>[0]) {
  const item = await world.item(key)
  return {
    state: item?.state?.S,
    attempts: Number(item?.attempts?.N),
    outcome: item?.outcome?.S,
    reason: item?.reason?.S,
  }
}

actContract('a table', () => actWorld(table))

describe('act', () => {
  it('answers a message and is done: one attempt, and from then on it may be forgotten', async () => {
    const world = actWorld(table)
    const key = await world.accept(aText(someone()))
    await world.act(key)
    expect(texts(world)).toEqual([DEFAULT])
    expect(await stateOf(world, key)).toMatchObject({ state: 'done', attempts: 1, outcome: 'done' })
    expect((await world.item(key))?.expiresAtSec).toEqual((await world.item(key))?.forgetAtSec)
  })

  it('does nothing about what is done, however often the stream tells of it', async () => {
    const world = actWorld(table)
    const key = await world.accept(aText(someone()))
    await world.act(key)
    await Promise.all([world.act(key), world.act(key)])
    expect(texts(world)).toHaveLength(1)
    expect(await stateOf(world, key)).toMatchObject({ state: 'done', attempts: 1 })
  })

  it('sends once when the same record comes to many at once', async () => {
    const world = actWorld(table)
    const key = await world.accept(aText(someone()))
    await Promise.all(Array.from({ length: 10 }, () => world.act(key)))
    await world.later(minutes(2))
    expect(texts(world)).toHaveLength(1)
    expect(await stateOf(world, key)).toMatchObject({ state: 'done' })
  })

  it('waits after a failure that may pass, never expires meanwhile, and sends when it is due', async () => {
    const world = actWorld(table)
    const key = await world.accept(aText(someone()))
    world.failures.push(unreachable())
    await world.act(key)
    expect(await stateOf(world, key)).toMatchObject({ state: 'waiting', attempts: 1, reason: 'WECHAT_UNREACHABLE' })
    expect((await world.item(key))?.expiresAtSec).toBeUndefined()
    await world.later(minutes(1))
    expect(texts(world)).toHaveLength(1)
    expect(await stateOf(world, key)).toMatchObject({ state: 'done', attempts: 2 })
  })

  it('ends what will never pass with its meaning and tries nothing more in that window', async () => {
    const world = actWorld(table)
    const openId = someone()
    const key = await world.accept(aText(openId))
    world.failures.push(refused(45047))
    await world.act(key)
    const { state, outcome } = await stateOf(world, key)
    expect([state, typeof outcome]).toEqual(['done', 'string'])
    expect(texts(world)).toEqual([])
  })

  it('fails after the last try, tells so, and stays in the table', async () => {
    const world = actWorld(table)
    const key = await world.accept(aText(someone()))
    for (let n = 0; n < MOST_ATTEMPTS; n += 1) world.failures.push(refused(-1))
    await world.act(key)
    for (let n = 1; n < MOST_ATTEMPTS; n += 1) await world.later(minutes(61))
    expect(await stateOf(world, key)).toMatchObject({ state: 'failed', attempts: MOST_ATTEMPTS })
    expect((await world.item(key))?.expiresAtSec).toBeUndefined()
    expect(world.lines.filter(({ event }) => event === 'process.failed')).toHaveLength(1)
  })

  it('goes on at a replay where it failed: what is out is not sent again', async () => {
    const world = actWorld(table)
    const key = await world.accept(aText(someone(), '海报'))
    world.failures.push(undefined, refused(47001))
    await world.act(key)
    expect([await stateOf(world, key), world.sent.length]).toMatchObject([{ state: 'failed' }, 1])
    await table.client().send(
      new UpdateItemCommand({
        TableName: table.tableName,
        ...replayed(key, { from: 'failed', isConversation: true, now: world.clock() }),
      }),
    )
    await world.act(key)
    expect(await stateOf(world, key)).toMatchObject({ state: 'done', attempts: 1 })
    expect(texts(world)).toEqual(['本周活动：全场满 99 元包邮。', 'image'])
    expect((await world.item(key))?.progress).toBeUndefined()
  })

  it('keeps the order of one person and holds up nobody else', async () => {
    const world = actWorld(table)
    const [one, other] = [someone(), someone()]
    const first = await world.accept(aText(one, '帮助'))
    world.clock.advance(seconds(1))
    const second = await world.accept(aText(one))
    const third = await world.accept(aText(other))
    world.failures.push(unreachable())
    await world.act(first)
    await world.act(second)
    await world.act(third)
    expect(world.sent).toEqual([{ to: other, what: DEFAULT }])
    expect(await stateOf(world, second)).toMatchObject({ state: 'waiting', attempts: 0, reason: 'behind' })
    await world.later(minutes(1))
    expect(await stateOf(world, second)).toMatchObject({ state: 'ready' })
    await world.act(second)
    expect(world.sent.filter(({ to }) => to === one).map(({ what }) => what)).toEqual([
      String(RULES.keywords[1]?.reply),
      DEFAULT,
    ])
  })

  it('lets nobody wait behind a push that is gone', async () => {
    const world = actWorld(table)
    const openId = someone()
    const first = await world.accept(aText(openId))
    world.failures.push(unreachable())
    await world.act(first)
    await table.client().send(new DeleteItemCommand({ TableName: table.tableName, Key: keyItem(first) }))
    const second = await world.accept(aText(openId))
    await world.act(second)
    expect(await stateOf(world, second)).toMatchObject({ state: 'done' })
  })

  it('wakes a push that the stream has lost, so that nobody waits behind it for ever', async () => {
    const world = actWorld(table)
    const openId = someone()
    const lost = await world.accept(aText(openId, '帮助'))
    world.clock.advance(seconds(601))
    const second = await world.accept(aText(openId))
    await world.act(second)
    expect(await stateOf(world, second)).toMatchObject({ state: 'waiting', reason: 'behind' })
    expect((await world.item(lost))?.wokenAtMs?.N).toBe(String(world.clock()))
    await world.act(lost)
    await world.act(second)
    expect(texts(world)).toEqual([String(RULES.keywords[1]?.reply), DEFAULT])
  })

  it('sends nothing when the window is over, since WeChat would refuse it', async () => {
    const world = actWorld(table)
    const key = await world.accept(anEventPush({ FromUserName: someone() }))
    world.clock.advance(seconds(61))
    await world.act(key)
    expect(texts(world)).toEqual([])
    expect(await stateOf(world, key)).toMatchObject({ state: 'done', outcome: 'window-closed' })
  })

  it('fails with the table and says so, for the event source to try again', async () => {
    const world = actWorld(table)
    const key = await world.accept(aText(someone()))
    const broken = { ...world.deps.work, commit: () => Promise.reject(new Fault('TABLE_UNAVAILABLE')) }
    await expect(act(key, { ...world.deps, work: broken })).rejects.toThrow(/^TABLE_UNAVAILABLE/)
    expect(texts(world)).toEqual([])
  })
})
