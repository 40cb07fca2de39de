import { QueryCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Fault } from '../../../shared/kernel/fault.ts'
import { minutes, seconds } from '../../../shared/kernel/time.ts'
import { RULES } from '../../../shared/reply/rules.ts'
import { rules, run } from '../../../shared/reply/table.ts'
import { personKey } from '../../../shared/store/key.ts'
import { actWorld } from '../../support/act-world.ts'
import { APP_ID, anEventPush } from '../../support/build.ts'
import { aText, popup, someone } from '../../support/people.ts'
import { startTable, type TestTable } from '../../support/table.ts'

let table: TestTable
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

const closing = (openId: string, event = 'user_authorization_cancellation') =>
  anEventPush({ FromUserName: 'oWeChatPlatform', Event: event, OpenID: openId, AppID: APP_ID })

async function itemsOf(openId: string) {
  const query = new QueryCommand({
    TableName: table.tableName,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: personKey(APP_ID, openId) } },
  })
  return (await table.client().send(query)).Items ?? []
}

describe.each(['user_authorization_cancellation', 'user_authorization_revoke'])('%s', (event) => {
  it('leaves nothing of a person but the keys that keep pushes from being accepted again', async () => {
    const world = actWorld(table)
    const openId = someone()
    const text = aText(openId, '我的手机号是 13800138000')
    const keys = [await world.accept(text), await world.accept(popup(openId, 'TMPL_A', 'accept'))]
    for (const key of keys) await world.act(key)
    await world.act(await world.accept(closing(openId, event)))
    const items = await itemsOf(openId)
    expect(items.map(({ sk }) => sk?.S?.split('#')[0])).toEqual(['push', 'push', 'push'])
    expect(JSON.stringify(items)).not.toContain('13800138000')
    expect(items.filter(({ outcome }) => outcome?.S === 'erased')).toHaveLength(3)
    const [first] = keys
    if (first === undefined) throw new Error('no push')
    await world.accept(text)
    expect((await world.item(first))?.state?.S).toBe('done')
  })

  it('leaves what is owed, as goods that are paid for, until it is over, and then nothing of its progress', async () => {
    const failing = rules({ ...RULES, events: { xpay_goods_deliver_notify: run('orderStatus', { tries: 20 }) } })
    const world = actWorld(table, { rules: failing, handlers: { orderStatus: () => Promise.reject(new Error('no')) } })
    const openId = someone()
    const paid = { FromUserName: 'oWeChat', Event: 'xpay_goods_deliver_notify', OpenId: openId, OutTradeNo: '1' }
    await world.act(await world.accept(anEventPush(paid)))
    world.clock.advance(seconds(1))
    const erasing = await world.accept(closing(openId, event))
    await world.act(erasing)
    for (let n = 0; n < 9; n += 1) await world.later(minutes(61))
    expect((await world.item(erasing))?.state?.S).toBe('done')
    const left = async () => (await itemsOf(openId)).map(({ kind, state }) => [kind?.S, state?.S ?? '']).sort()
    expect(await left()).toEqual([
      ['progress', ''],
      ['push', 'done'],
      ['push', 'waiting'],
    ])
    for (let n = 0; n < 20; n += 1) await world.later(minutes(61))
    const [progress] = (await itemsOf(openId)).filter(({ kind }) => kind?.S === 'progress')
    expect(progress?.expiresAtSec).toBeDefined()
  })

  it('waits until what came before is worked off, and leaves what came after', async () => {
    const world = actWorld(table)
    const openId = someone()
    const before = await world.accept(aText(openId))
    world.failures.push(new Fault('WECHAT_UNREACHABLE', { because: 'timeout' }))
    await world.act(before)
    world.clock.advance(seconds(1))
    const erasing = await world.accept(closing(openId, event))
    await world.act(erasing)
    expect(await world.item(erasing)).toMatchObject({ state: { S: 'waiting' }, reason: { S: 'unfinished' } })
    world.clock.advance(seconds(1))
    const after = await world.accept(aText(openId, '新消息'))
    await world.later(minutes(1))
    await world.later(minutes(2))
    expect((await world.item(erasing))?.state?.S).toBe('done')
    expect(world.sent).toHaveLength(1)
    expect((await world.item(after))?.body?.S).toContain('新消息')
  })
})
