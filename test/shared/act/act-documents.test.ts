import { describe, expect, it } from 'vitest'
import { act } from '../../../shared/act/act.ts'
import { Fault } from '../../../shared/kernel/fault.ts'
import { millis, minutes, seconds } from '../../../shared/kernel/time.ts'
import { RULES } from '../../../shared/reply/rules.ts'
import { rules, run } from '../../../shared/reply/table.ts'
import { windowKey } from '../../../shared/store/key.ts'
import { memoryDocuments } from '../../../shared/store/memory-documents.ts'
import type { Work } from '../../../shared/store/work.ts'
import { MOST_ATTEMPTS } from '../../../shared/wechat/back-off.ts'
import { actContract } from '../../support/act-contract.ts'
import { APP_ID, anEventPush } from '../../support/build.ts'
import { type DocumentWorld, documentActWorld } from '../../support/document-world.ts'
import { aText, popup, someone } from '../../support/people.ts'

const aWorld = (options: Parameters<typeof documentActWorld>[1] = {}): DocumentWorld =>
  documentActWorld(memoryDocuments(), options)
const unreachable = () => new Fault('WECHAT_UNREACHABLE', { call: 'customerServiceMessage.send', because: 'timeout' })
const refused = (errcode: number) => new Fault('WECHAT_REFUSED', { call: 'customerServiceMessage.send', errcode })

const DEFAULT = String(RULES.otherwise.text)
const HELP = String(RULES.keywords[1]?.reply)
const texts = (world: DocumentWorld): readonly string[] => world.sent.map(({ what }) => what)
const stateOf = async (world: DocumentWorld, key: Parameters<DocumentWorld['document']>[0]) =>
  (await world.document(key))?.state

actContract('documents', aWorld)

describe('act, on documents', () => {
  it('answers a message and is done; from then on it may be forgotten', async () => {
    const world = aWorld()
    const key = await world.accept(aText(someone()))
    await world.act(key)
    expect(texts(world)).toEqual([DEFAULT])
    expect(await world.document(key)).toMatchObject({ state: 'done', openAt: 0, dueAt: 0 })
    expect((await world.document(key))?.expiresAt).toBeGreaterThan(world.clock())
  })

  it('sends once when it comes to many at once, and again later', async () => {
    const world = aWorld()
    const key = await world.accept(aText(someone()))
    await Promise.all(Array.from({ length: 10 }, () => world.act(key)))
    await world.later(minutes(7))
    await world.act(key)
    expect([texts(world), await stateOf(world, key)]).toEqual([[DEFAULT], 'done'])
  })

  it('waits after a failure that may pass, and sends when it is due', async () => {
    const world = aWorld()
    const key = await world.accept(aText(someone()))
    world.failures.push(unreachable())
    await world.act(key)
    expect(await world.document(key)).toMatchObject({ state: 'waiting', dueAt: world.clock() + 15_000, expiresAt: 0 })
    await world.later(minutes(1))
    expect([texts(world), await stateOf(world, key)]).toEqual([[DEFAULT], 'done'])
  })

  it('fails after the last try and stays, a month longer than others', async () => {
    const world = aWorld()
    const key = await world.accept(aText(someone()))
    const month = 30 * 24 * 3_600_000
    for (let n = 0; n < MOST_ATTEMPTS; n += 1) world.failures.push(refused(-1))
    await world.act(key)
    for (let n = 1; n < MOST_ATTEMPTS; n += 1) await world.later(minutes(61))
    const { state, dueAt, expiresAt = 0 } = (await world.document(key)) ?? {}
    expect([state, dueAt]).toEqual(['failed', 0])
    expect(expiresAt).toBeGreaterThan(world.clock() + month)
    expect(world.lines.filter(({ event }) => event === 'process.failed')).toHaveLength(1)
  })

  it('keeps the order of one person, holds up nobody else, and tells who is next', async () => {
    const world = aWorld()
    const [one, other] = [someone(), someone()]
    const first = await world.accept(aText(one, '帮助'))
    world.clock.advance(seconds(1))
    const second = await world.accept(aText(one))
    const third = await world.accept(aText(other))
    world.failures.push(unreachable())
    for (const key of [first, second, third]) await world.act(key)
    expect(world.sent).toEqual([{ to: other, what: DEFAULT }])
    expect(await stateOf(world, second)).toBe('waiting')
    await world.later(minutes(1))
    expect(world.ready).toEqual([second])
    await world.act(second)
    expect(world.sent.filter(({ to }) => to === one).map(({ what }) => what)).toEqual([HELP, DEFAULT])
  })

  it('answers two texts in their order though the second is worked on first', async () => {
    const world = aWorld()
    const openId = someone()
    const first = await world.accept(aText(openId, '帮助'))
    world.clock.advance(seconds(1))
    const second = await world.accept(aText(openId))
    await world.act(second)
    expect(texts(world)).toEqual([])
    await world.act(first)
    await world.later(millis(1000))
    expect(texts(world)).toEqual([HELP, DEFAULT])
  })

  it('wakes the one before it when nobody has worked on that for long', async () => {
    const world = aWorld()
    const openId = someone()
    const lost = await world.accept(aText(openId, '帮助'))
    world.clock.advance(seconds(601))
    const second = await world.accept(aText(openId))
    await world.act(second)
    expect(world.ready).toEqual([lost])
    await world.later(millis(1000))
    await world.later(millis(1000))
    expect(texts(world)).toEqual([HELP, DEFAULT])
  })

  it('goes on where one has died: what is out is not sent again', async () => {
    const world = aWorld()
    const openId = someone()
    const key = await world.accept(aText(openId, '海报'))
    const { work } = world.deps
    let commits = 0
    const dying: Work = {
      ...work,
      commit: async (changes) => {
        commits += 1
        if (commits > 2) throw new Fault('TABLE_UNAVAILABLE')
        return await work.commit(changes)
      },
    }
    await expect(act(key, { ...world.deps, work: dying })).rejects.toThrow('TABLE_UNAVAILABLE')
    expect(texts(world)).toEqual(['本周活动：全场满 99 元包邮。', 'image'])
    await world.act(key)
    expect(world.sent).toHaveLength(2)
    await world.later(minutes(7))
    // Nobody knows whether the picture went out: its doer died at it.
    expect([texts(world).slice(2), await stateOf(world, key)]).toEqual([['image'], 'done'])
  })

  it('runs a handler again when it failed, and says a word after the last try', async () => {
    const orderStatus = () => Promise.reject(new Error('no'))
    const world = aWorld({ handlers: { orderStatus } })
    const key = await world.accept(aText(someone(), '订单 20260001'))
    await world.act(key)
    for (let n = 0; n < 3; n += 1) await world.later(minutes(5))
    expect(texts(world)).toEqual(['暂时查不到订单，请稍后再试，或回复“人工”。'])
    expect(await stateOf(world, key)).toBe('done')
  })

  it('keeps the progress of an event beside the person’s window', async () => {
    let tries = 0
    const orderStatus = async () => {
      tries += 1
      if (tries === 1) throw new Error('no')
      return []
    }
    const paying = rules({ ...RULES, events: { xpay_goods_deliver_notify: run('orderStatus', { tries: 20 }) } })
    const world = aWorld({ rules: paying, handlers: { orderStatus } })
    const openId = someone()
    const event = { Event: 'xpay_goods_deliver_notify', OpenId: openId, OutTradeNo: 'T1', FromUserName: 'oWeChat' }
    const key = await world.accept(anEventPush(event))
    await world.act(key)
    expect(await stateOf(world, key)).toBe('waiting')
    await world.act(await world.accept(aText(openId)))
    expect(texts(world)).toEqual([DEFAULT])
    await world.later(minutes(1))
    expect([tries, await stateOf(world, key)]).toEqual([2, 'done'])
  })
})

describe.each(['user_authorization_cancellation', 'user_authorization_revoke'])('%s, on documents', (event) => {
  const closing = (openId: string) =>
    anEventPush({ FromUserName: 'oWeChatPlatform', Event: event, OpenID: openId, AppID: APP_ID })

  it('leaves nothing of a person but that pushes came', async () => {
    const documents = memoryDocuments()
    const world = documentActWorld(documents)
    const [openId, other] = [someone(), someone()]
    const text = aText(openId, '我的手机号是 13800138000')
    const keys = []
    for (const draft of [text, popup(openId, 'TMPL_A', 'accept'), aText(other)]) keys.push(await world.accept(draft))
    for (const key of keys) await world.act(key)
    const erasing = await world.accept(closing(openId))
    await world.act(erasing)
    const left = await documents.of(erasing.pk, 'all')
    expect(left.map(({ kind, state }) => [kind, state])).toEqual(Array(3).fill(['push', 'done']))
    expect(JSON.stringify(left)).not.toContain('13800138000')
    expect(await documents.of(windowKey(keys[2]?.pk ?? '').pk, 'all')).toHaveLength(2)
    await world.act(await world.accept(text))
    expect(texts(world)).toEqual([DEFAULT, DEFAULT])
  })

  it('waits until what came before is worked off, and leaves what came after', async () => {
    const world = aWorld()
    const openId = someone()
    const before = await world.accept(aText(openId))
    world.failures.push(unreachable())
    await world.act(before)
    const erasing = await world.accept(closing(openId))
    await world.act(erasing)
    expect(await stateOf(world, erasing)).toBe('waiting')
    world.clock.advance(seconds(1))
    const after = await world.accept(popup(openId, 'TMPL_A', 'accept'))
    await world.act(after)
    await world.later(minutes(1))
    await world.later(minutes(1))
    expect([await stateOf(world, before), await stateOf(world, erasing)]).toEqual(['done', 'done'])
    expect(await world.remaining(openId, 'TMPL_A')).toBe(1)
  })
})
