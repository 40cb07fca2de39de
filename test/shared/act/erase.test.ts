import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { act } from '../../../shared/act/act.ts'
import { Fault } from '../../../shared/kernel/fault.ts'
import type { OpenId } from '../../../shared/kernel/ids.ts'
import { minutes, seconds, toSeconds } from '../../../shared/kernel/time.ts'
import { RULES } from '../../../shared/reply/rules.ts'
import { rules, run } from '../../../shared/reply/table.ts'
import { dynamoIdentities } from '../../../shared/store/dynamo-identity.ts'
import { type Item, keyItem } from '../../../shared/store/item.ts'
import { type ItemKey, imKey, noticeSortKey, notifyKey, personKey, presenceKey } from '../../../shared/store/key.ts'
import type { Work } from '../../../shared/store/work.ts'
import { type ActWorld, actWorld } from '../../support/act-world.ts'
import { APP_ID, anEventPush } from '../../support/build.ts'
import { anIdentity } from '../../support/identity-contract.ts'
import { aText, popup, someone } from '../../support/people.ts'
import { startTable, type TestTable } from '../../support/table.ts'

let table: TestTable
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

const closing = (openId: string, event = 'user_authorization_cancellation') =>
  anEventPush({ FromUserName: 'oWeChatPlatform', Event: event, OpenID: openId, AppID: APP_ID })

const itemsOf = (openId: string) => itemsUnder(personKey(APP_ID, openId))

async function itemsUnder(pk: string) {
  const query = new QueryCommand({
    TableName: table.tableName,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: pk } },
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

  it('erases who a person is in Tencent IM, both ways, and all that lies there', async () => {
    const world = actWorld(table)
    const { openId, userId } = await aMember(world)
    const other = await aMember(world)
    expect(await itemsUnder(imKey(userId))).toHaveLength(4)
    world.clock.advance(seconds(1))
    const erasing = await world.accept(closing(openId, event))
    await world.act(erasing)
    expect((await world.item(erasing))?.outcome?.S).toBe('erased')
    expect(await itemsUnder(imKey(userId))).toEqual([])
    expect((await itemsOf(openId)).map(({ kind }) => kind?.S)).toEqual(['push'])
    expect(await itemsUnder(imKey(other.userId))).toHaveLength(4)
    expect(await itemsOf(other.openId)).toHaveLength(1)
  })

  it('leaves who has logged in since then', async () => {
    const world = actWorld(table)
    const openId = someone() as OpenId
    const erasing = await world.accept(closing(openId, event))
    world.clock.advance(seconds(1))
    const { userId } = await aMember(world, openId)
    await world.act(erasing)
    expect((await world.item(erasing))?.outcome?.S).toBe('erased')
    expect(await itemsUnder(imKey(userId))).toHaveLength(4)
    expect((await itemsOf(openId)).map(({ kind }) => kind?.S).sort()).toEqual(['identity', 'push'])
  })

  it('keeps the way to what lies in Tencent IM until that is gone, so that who was stopped halfway goes on', async () => {
    const world = actWorld(table)
    const { openId, userId } = await aMember(world)
    world.clock.advance(seconds(1))
    const erasing = await world.accept(closing(openId, event))
    const { work } = world.deps
    let deletions = 0
    const stopped: Work = {
      ...work,
      erase: async (belongings) => {
        const isErased = await work.erase(belongings.slice(0, 2))
        deletions += 1
        if (deletions === 1) throw new Fault('TABLE_UNAVAILABLE')
        return isErased
      },
    }
    await expect(act(erasing, { ...world.deps, work: stopped })).rejects.toThrow('TABLE_UNAVAILABLE')
    expect(await itemsUnder(imKey(userId))).toHaveLength(2)
    await world.act(erasing)
    expect(await itemsUnder(imKey(userId))).toEqual([])
    expect((await itemsOf(openId)).map(({ kind }) => kind?.S)).toEqual(['push'])
  })

  it('comes again for an item there that changes meanwhile', async () => {
    const world = actWorld(table)
    const { openId, userId } = await aMember(world)
    world.clock.advance(seconds(1))
    const erasing = await world.accept(closing(openId, event))
    const { work } = world.deps
    let changes = 0
    const changing: Work = {
      ...work,
      erase: async (belongings) => {
        changes += 1
        if (changes === 1) await keep(notifyKey(imKey(userId)), { version: { N: '2' } })
        return await work.erase(belongings)
      },
    }
    await act(erasing, { ...world.deps, work: changing })
    expect((await world.item(erasing))?.outcome?.S).toBe('erased')
    expect(changes).toBe(3)
    expect(await itemsUnder(imKey(userId))).toEqual([])
    expect((await itemsOf(openId)).map(({ kind }) => kind?.S)).toEqual(['push'])
  })
})

/** Somebody who has logged in, and missed a message. */
async function aMember({ clock }: ActWorld, openId = someone() as OpenId) {
  const { userId } = anIdentity()
  await dynamoIdentities(table.client(), table.tableName, APP_ID).join({ userId, openId, since: clock() })
  const missed = { pk: imKey(userId), sk: noticeSortKey(toSeconds(clock()), anIdentity().userId, '1_2_3') }
  await keep(missed, { kind: { S: 'notice' }, state: { S: 'ready' }, preview: { S: '13800138000' } })
  await keep(notifyKey(imKey(userId)), { kind: { S: 'notify' }, version: { N: '1' } })
  await keep(presenceKey(userId), { kind: { S: 'presence' } })
  return { openId, userId }
}

async function keep(key: ItemKey, members: Item): Promise<void> {
  const Item = { ...keyItem(key), ...members }
  await table.client().send(new PutItemCommand({ TableName: table.tableName, Item }))
}
