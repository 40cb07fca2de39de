import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { act } from '../../../shared/act/act.ts'
import type { ActDeps } from '../../../shared/act/deps.ts'
import { Fault } from '../../../shared/kernel/fault.ts'
import type { TemplateId } from '../../../shared/kernel/ids.ts'
import { minutes, seconds } from '../../../shared/kernel/time.ts'
import { send } from '../../../shared/reply/messages.ts'
import { RULES } from '../../../shared/reply/rules.ts'
import { rules, run } from '../../../shared/reply/table.ts'
import { keyItem, replayed } from '../../../shared/store/item.ts'
import type { Work } from '../../../shared/store/work.ts'
import { type ActWorld, actWorld } from '../../support/act-world.ts'
import { anEventPush } from '../../support/build.ts'
import { aText, popup, someone } from '../../support/people.ts'
import { startTable, type TestTable } from '../../support/table.ts'

let table: TestTable
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

const texts = (world: ActWorld): readonly string[] => world.sent.map(({ what }) => what)
const unreachable = () => new Fault('WECHAT_UNREACHABLE', { call: 'POST /x', because: 'status 502' })

/** Something happens between two calls of the table. */
const withWork = ({ deps }: ActWorld, changes: Partial<Work>): ActDeps => ({
  ...deps,
  work: { ...deps.work, ...changes },
})

describe('two that work on the same push', () => {
  it('send once, though one of them is done between two reads of the other', async () => {
    const world = actWorld(table)
    const key = await world.accept(aText(someone()))
    let isFirst = true
    const slow = withWork(world, {
      conversation: async (person) => {
        if (isFirst) await world.act(key)
        isFirst = false
        return await world.deps.work.conversation(person)
      },
    })
    await act(key, slow)
    expect(texts(world)).toHaveLength(1)
  })

  it('send once, though one of them is done while the other looks again after a conflict', async () => {
    const world = actWorld(table, { rules: rules({ ...RULES, welcome: [] }) })
    const openId = someone()
    const key = await world.accept(aText(openId))
    const entered = await world.accept(anEventPush({ FromUserName: openId }))
    let [commits, reads] = [0, 0]
    const slow = withWork(world, {
      commit: async (changes) => {
        commits += 1
        if (commits === 1) await world.act(entered)
        return await world.deps.work.commit(changes)
      },
      task: async (of) => {
        const found = await world.deps.work.task(of)
        reads += 1
        if (reads === 2) await world.act(key)
        return found
      },
    })
    await act(key, slow)
    expect(texts(world)).toHaveLength(1)
  })

  it('send the rest once, though the lease of the first one ran out while it looked at the window', async () => {
    const words = ['一', '二', '三', '四', '五', '六']
    const asked = rules({ ...RULES, keywords: [], otherwise: { ...RULES.otherwise, text: run('orderStatus') } })
    const world = actWorld(table, {
      rules: asked,
      handlers: { orderStatus: async () => words.map((word) => send(word)) },
    })
    const openId = someone()
    const key = await world.accept(aText(openId))
    let reads = 0
    const slow = withWork(world, {
      conversation: async (person) => {
        reads += 1
        if (reads === 2) {
          world.clock.advance(seconds(360))
          await world.accept(aText(openId))
          await world.act(key)
        }
        return await world.deps.work.conversation(person)
      },
    })
    await act(key, slow)
    expect(texts(world)).toEqual(['一', '二', '三', '四', '五', '五', '六'])
  })

  it('send once, though one of them looks for a window that the other one has used meanwhile', async () => {
    const world = actWorld(table)
    const openId = someone()
    const entered = await world.accept(anEventPush({ FromUserName: openId }))
    world.clock.advance(seconds(61))
    await world.accept(aText(openId, '帮助'))
    let reads = 0
    const slow = withWork(world, {
      conversation: async (person) => {
        reads += 1
        if (reads === 2) await world.act(entered)
        return await world.deps.work.conversation(person)
      },
    })
    await act(entered, slow)
    expect(texts(world)).toEqual([String(RULES.welcome)])
  })
})

describe('an event', () => {
  it('speaks in the window that a text has opened which is not worked off yet', async () => {
    const paid = rules({ ...RULES, events: { xpay_goods_deliver_notify: run('orderStatus') } })
    const world = actWorld(table, { rules: paid, handlers: { orderStatus: async () => [send('谢谢')] } })
    const openId = someone()
    await world.accept(aText(openId))
    const event = { FromUserName: 'oWeChat', Event: 'xpay_goods_deliver_notify', OpenId: openId, OutTradeNo: '1' }
    await world.act(await world.accept(anEventPush(event)))
    expect(texts(world)).toEqual(['谢谢'])
  })

  it('is counted once, though its rule is gone when it is tried again', async () => {
    const counting = rules({ ...RULES, events: { subscribe_msg_popup_event: run('orderStatus', { tries: 9 }) } })
    const world = actWorld(table, { rules: counting, handlers: { orderStatus: () => Promise.reject(new Error('no')) } })
    const openId = someone()
    const key = await world.accept(popup(openId, 'TMPL_A', 'accept'))
    await world.act(key)
    const today = actWorld(table, {})
    await today.later(minutes(2))
    expect((await world.item(key))?.state?.S).toBe('done')
    expect(await world.remaining(openId, 'TMPL_A')).toBe(1)
  })
})

describe('a push that runs a handler', () => {
  const counting = rules({
    ...RULES,
    events: { subscribe_msg_popup_event: run('orderStatus', { tries: 2 }) },
  })

  it('is counted as a permit as well, and once', async () => {
    let isDown = true
    const world = actWorld(table, {
      rules: counting,
      handlers: { orderStatus: () => (isDown ? Promise.reject(new Error('down')) : Promise.resolve([])) },
    })
    const openId = someone()
    const key = await world.accept(popup(openId, 'TMPL_A', 'accept'))
    await world.act(key)
    isDown = false
    await world.later(minutes(1))
    expect((await world.item(key))?.state?.S).toBe('done')
    expect(await world.remaining(openId, 'TMPL_A')).toBe(1)
  })

  it('is not counted again when it had failed and somebody tries it again', async () => {
    const world = actWorld(table, {
      rules: counting,
      handlers: { orderStatus: () => Promise.reject(new Error('down')) },
    })
    const openId = someone()
    const key = await world.accept(popup(openId, 'TMPL_A', 'accept'))
    await world.act(key)
    await world.later(minutes(1))
    expect((await world.item(key))?.state?.S).toBe('failed')
    const again = {
      TableName: table.tableName,
      ...replayed(key, { from: 'failed', isConversation: false, now: world.clock() }),
    }
    await table.client().send(new UpdateItemCommand(again))
    await world.act(key)
    expect(await world.remaining(openId, 'TMPL_A')).toBe(1)
  })
})

describe('the first in line', () => {
  it('goes on waiting when a push that sends nothing is done meanwhile', async () => {
    const silent = rules({ ...RULES, welcome: [] })
    const world = actWorld(table, { rules: silent })
    const openId = someone()
    const first = await world.accept(aText(openId))
    world.failures.push(unreachable())
    await world.act(first)
    await world.act(await world.accept(anEventPush({ FromUserName: openId })))
    expect((await world.item(first))?.state?.S).toBe('waiting')
  })

  it('is released when the one before it was erased', async () => {
    const world = actWorld(table)
    const openId = someone()
    const keys = []
    for (const text of ['帮助', '人工', '在吗']) {
      keys.push(await world.accept(aText(openId, text)))
      world.clock.advance(seconds(1))
    }
    const [first, second, third] = keys
    if (first === undefined || second === undefined || third === undefined) throw new Error('no pushes')
    world.failures.push(unreachable())
    await world.act(first)
    await world.act(second)
    await table.client().send(new DeleteItemCommand({ TableName: table.tableName, Key: keyItem(first) }))
    await world.act(third)
    expect((await world.item(second))?.state?.S).toBe('ready')
  })
})

const NOTICE = { kind: 'subscribe', message: { templateId: 'TMPL_A' as TemplateId, data: { thing1: '订单' } } } as const
const notified = rules({ ...RULES, keywords: [], otherwise: { ...RULES.otherwise, text: run('orderStatus') } })
const notifying = (): ActWorld =>
  actWorld(table, { rules: notified, handlers: { orderStatus: async () => [NOTICE, send('好了')] } })

describe('a subscribe message of which nobody knows', () => {
  it('is told of in the end, however often the rest is tried again', async () => {
    const world = notifying()
    const openId = someone()
    await world.act(await world.accept(popup(openId, 'TMPL_A', 'accept')))
    world.failures.push(new Fault('WECHAT_UNREACHABLE', { because: 'timeout' }), unreachable())
    const key = await world.accept(aText(openId))
    await world.act(key)
    await world.later(minutes(1))
    expect(world.sent.filter(({ to }) => to === openId).map(({ what }) => what)).toEqual(['好了'])
    expect(await world.item(key)).toMatchObject({ state: { S: 'done' }, outcome: { S: 'unsure' } })
  })

  it('is not sent again by one that took over an earlier step, while the other one went on and died', async () => {
    const world = notifying()
    const openId = someone()
    for (const after of [1, 2]) await world.act(await world.accept(popup(openId, 'TMPL_A', 'accept', after)))
    const key = await world.accept(aText(openId))
    let [commits, slowCommits] = [0, 0]
    const dying = withWork(world, {
      commit: async (changes) => {
        commits += 1
        if (commits > 2) throw new Fault('TABLE_UNAVAILABLE')
        return await world.deps.work.commit(changes)
      },
    })
    const slow = withWork(world, {
      commit: async (changes) => {
        slowCommits += 1
        if (slowCommits === 1) {
          await act(key, dying).catch(() => undefined)
          world.clock.advance(seconds(360))
        }
        return await world.deps.work.commit(changes)
      },
    })
    await act(key, slow)
    expect(texts(world)).toEqual(['subscribe TMPL_A', '好了'])
    expect(await world.item(key)).toMatchObject({ state: { S: 'done' }, outcome: { S: 'unsure' } })
  })
})
