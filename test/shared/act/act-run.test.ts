import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Fault } from '../../../shared/kernel/fault.ts'
import type { TemplateId } from '../../../shared/kernel/ids.ts'
import { millis, minutes } from '../../../shared/kernel/time.ts'
import type { Handler, Reply } from '../../../shared/reply/handler.ts'
import { send } from '../../../shared/reply/messages.ts'
import { RULES } from '../../../shared/reply/rules.ts'
import { rules, run } from '../../../shared/reply/table.ts'
import { type ActWorld, actWorld } from '../../support/act-world.ts'
import { anEventPush } from '../../support/build.ts'
import { aText, popup, someone } from '../../support/people.ts'
import { startTable, type TestTable } from '../../support/table.ts'

let table: TestTable
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.close())

/** Every text is for the handler. */
const ASKED = rules({
  ...RULES,
  keywords: [],
  otherwise: { ...RULES.otherwise, text: run('orderStatus', { seconds: 20, tries: 3, otherwise: '请稍后再试' }) },
})
const SILENT = rules({
  ...RULES,
  keywords: [],
  otherwise: { ...RULES.otherwise, text: run('orderStatus', { seconds: 20, tries: 2 }) },
})
const TEMPLATE = 'TMPL_A' as TemplateId
const notice: Reply = { kind: 'subscribe', message: { templateId: TEMPLATE, data: { thing1: '订单' } } }

const worldWith = (orderStatus: Handler, rest: Parameters<typeof actWorld>[1] = {}): ActWorld =>
  actWorld(table, { rules: ASKED, handlers: { orderStatus }, ...rest })
const texts = (world: ActWorld): readonly string[] => world.sent.map(({ what }) => what)

describe('a rule that runs a handler', () => {
  it('sends what the handler replies, in order', async () => {
    const world = worldWith(async () => [send('已发货'), send('明天送达')])
    const key = await world.accept(aText(someone()))
    await world.act(key)
    expect(texts(world)).toEqual(['已发货', '明天送达'])
  })

  it('does not run again when only the sending failed, and sends each reply once', async () => {
    let runs = 0
    const world = worldWith(async () => {
      runs += 1
      return [send('一'), send('二')]
    })
    const key = await world.accept(aText(someone()))
    world.failures.push(undefined, new Fault('WECHAT_UNREACHABLE', { because: 'timeout' }))
    await world.act(key)
    expect(texts(world)).toEqual(['一'])
    await world.later(minutes(1))
    expect([runs, texts(world)]).toEqual([1, ['一', '二']])
  })

  it('tells the handler the same key at every try, and a word after the last one', async () => {
    const keys: string[] = []
    const world = worldWith(async ({ idempotencyKey }) => {
      keys.push(idempotencyKey)
      throw new Error('order system down for 13800138000')
    })
    const key = await world.accept(aText(someone()))
    await world.act(key)
    await world.later(minutes(1))
    await world.later(minutes(2))
    expect(keys).toHaveLength(3)
    expect(new Set(keys).size).toBe(1)
    expect(texts(world)).toEqual(['请稍后再试'])
    expect((await world.item(key))?.state?.S).toBe('done')
    expect(JSON.stringify(world.lines)).not.toContain('13800138000')
  })

  it('fails the push when the last try failed and there is nothing to say', async () => {
    const world = actWorld(table, { rules: SILENT, handlers: { orderStatus: () => Promise.reject(new Error('no')) } })
    const key = await world.accept(aText(someone()))
    await world.act(key)
    await world.later(minutes(1))
    expect(await world.item(key)).toMatchObject({ state: { S: 'failed' }, reason: { S: 'HANDLER_FAILED' } })
  })

  it('ends a handler at its deadline, tells it so, and tries again', async () => {
    let aborted: unknown
    const passing: (() => void)[] = []
    const world = worldWith(
      ({ signal }) =>
        new Promise(() => {
          signal.addEventListener('abort', () => {
            aborted = signal.reason
          })
        }),
      {
        sleep: (span, signal) =>
          new Promise((resolve) => {
            signal?.addEventListener('abort', () => resolve())
            if (span === millis(20_000)) passing.push(resolve)
          }),
      },
    )
    const key = await world.accept(aText(someone()))
    const acting = world.act(key)
    while (passing.length === 0) await new Promise((resolve) => setImmediate(resolve))
    for (const pass of passing) pass()
    await acting
    expect(String(aborted)).toContain('TimeoutError')
    expect((await world.item(key))?.state?.S).toBe('waiting')
  })
})

describe('a rule for an event', () => {
  const PAID = rules({ ...RULES, events: { xpay_goods_deliver_notify: run('orderStatus', { tries: 5 }) } })
  const paid = (openId: string, order: string) =>
    anEventPush({ FromUserName: 'oWeChat', Event: 'xpay_goods_deliver_notify', OpenId: openId, OutTradeNo: order })

  it('holds up neither another event nor what the person writes when it fails', async () => {
    const delivered: string[] = []
    let fails = 1
    const orderStatus: Handler = async ({ message }) => {
      if (message.kind === 'xpay_goods_deliver_notify') {
        fails -= 1
        if (fails >= 0) throw new Error('warehouse down')
        delivered.push(message.outTradeNo)
      }
      return [send('谢谢')]
    }
    const world = actWorld(table, { rules: PAID, handlers: { orderStatus } })
    const openId = someone()
    const [first, second] = [await world.accept(paid(openId, '1')), await world.accept(paid(openId, '2'))]
    await world.act(first)
    await world.act(second)
    await world.act(await world.accept(aText(openId, '帮助')))
    expect(delivered).toEqual(['2'])
    expect(texts(world)).toEqual([String(RULES.keywords[1]?.reply)])
    await world.later(minutes(1))
    expect(delivered).toEqual(['2', '1'])
  })

  it('comes beside what the event changes in our table', async () => {
    const counted = rules({ ...RULES, events: { subscribe_msg_popup_event: run('orderStatus') } })
    const world = actWorld(table, { rules: counted, handlers: { orderStatus: async () => [] } })
    const openId = someone()
    for (const after of [1, 2]) await world.act(await world.accept(popup(openId, TEMPLATE, 'accept', after)))
    expect(await world.remaining(openId, TEMPLATE)).toBe(2)
  })

  it('counts a permit once though its handler is tried again', async () => {
    const counted = rules({ ...RULES, events: { subscribe_msg_popup_event: run('orderStatus', { tries: 3 }) } })
    let fails = 2
    const orderStatus: Handler = async () => {
      fails -= 1
      if (fails >= 0) throw new Error('down')
      return []
    }
    const world = actWorld(table, { rules: counted, handlers: { orderStatus } })
    const openId = someone()
    const key = await world.accept(popup(openId, TEMPLATE, 'accept'))
    await world.act(key)
    await world.later(minutes(1))
    await world.later(minutes(2))
    expect((await world.item(key))?.state?.S).toBe('done')
    expect(await world.remaining(openId, TEMPLATE)).toBe(1)
  })

  it('runs on when something may not be sent', async () => {
    const both = rules({ ...RULES, events: { xpay_goods_deliver_notify: [run('orderStatus'), run('orderStatus')] } })
    let runs = 0
    const orderStatus: Handler = async () => {
      runs += 1
      return [send('谢谢')]
    }
    const world = actWorld(table, { rules: both, handlers: { orderStatus } })
    const key = await world.accept(paid(someone(), '1'))
    await world.act(key)
    expect([runs, world.sent]).toEqual([2, []])
    expect(await world.item(key)).toMatchObject({ state: { S: 'done' }, outcome: { S: 'window-closed' } })
  })

  it('sends what its handler says only where the person may be written to', async () => {
    const world = actWorld(table, { rules: PAID, handlers: { orderStatus: async () => [send('谢谢')] } })
    const [silent, writing] = [someone(), someone()]
    await world.act(await world.accept(paid(silent, '1')))
    await world.act(await world.accept(aText(writing, '帮助')))
    await world.act(await world.accept(paid(writing, '2')))
    expect(world.sent.filter(({ what }) => what === '谢谢')).toEqual([{ to: writing, what: '谢谢' }])
  })
})

describe('a subscribe message', () => {
  async function allowed(world: ActWorld, openId: string, times: number): Promise<void> {
    for (let n = 0; n < times; n += 1) await world.act(await world.accept(popup(openId, TEMPLATE, 'accept', n)))
  }

  it('spends one permit', async () => {
    const world = worldWith(async () => [notice])
    const openId = someone()
    await allowed(world, openId, 2)
    await world.act(await world.accept(aText(openId)))
    expect(texts(world)).toEqual([`subscribe ${TEMPLATE}`])
    expect(await world.remaining(openId, TEMPLATE)).toBe(1)
  })

  it('is not tried without a permit', async () => {
    const world = worldWith(async () => [notice])
    const key = await world.accept(aText(someone()))
    await world.act(key)
    expect(texts(world)).toEqual([])
    expect((await world.item(key))?.outcome?.S).toBe('no-permit')
  })

  it.each([
    new Fault('WECHAT_UNREACHABLE', { because: 'timeout' }),
    new Fault('WECHAT_UNREACHABLE', { because: 'status 502' }),
    new Fault('WECHAT_UNREADABLE', { status: 200, missing: 'errcode' }),
  ])(
    'is not sent twice when nobody knows whether it arrived, and its permit stays spent: $message',
    async (failure) => {
      const world = worldWith(async () => [notice])
      const openId = someone()
      await allowed(world, openId, 2)
      world.failures.push(failure)
      const key = await world.accept(aText(openId))
      await world.act(key)
      await world.later(minutes(5))
      expect(texts(world)).toEqual([])
      expect(await world.item(key)).toMatchObject({ state: { S: 'done' }, outcome: { S: 'unsure' } })
      expect(await world.remaining(openId, TEMPLATE)).toBe(1)
    },
  )

  it.each([
    new Fault('WECHAT_UNREACHABLE', { because: 'ECONNREFUSED' }),
    new Fault('WECHAT_UNREACHABLE', { because: 'status 503' }),
    new Fault('WECHAT_UNREADABLE', { status: 403 }),
  ])(
    'is tried again when it surely did not arrive, with the permit given back meanwhile: $message',
    async (failure) => {
      const world = worldWith(async () => [notice])
      const openId = someone()
      await allowed(world, openId, 1)
      world.failures.push(failure)
      await world.act(await world.accept(aText(openId)))
      expect(await world.remaining(openId, TEMPLATE)).toBe(1)
      await world.later(minutes(1))
      expect(texts(world)).toEqual([`subscribe ${TEMPLATE}`])
      expect(await world.remaining(openId, TEMPLATE)).toBe(0)
    },
  )

  it('empties the count when WeChat says that nothing is allowed', async () => {
    const world = worldWith(async () => [notice])
    const openId = someone()
    await allowed(world, openId, 3)
    world.failures.push(new Fault('WECHAT_REFUSED', { errcode: 43101 }))
    await world.act(await world.accept(aText(openId)))
    expect(await world.remaining(openId, TEMPLATE)).toBe(0)
  })

  it('of a long-term template spends nothing', async () => {
    const world = worldWith(async () => [notice, notice], { longTermTemplates: [TEMPLATE] })
    const openId = someone()
    await allowed(world, openId, 1)
    await world.act(await world.accept(aText(openId)))
    expect(texts(world)).toEqual([`subscribe ${TEMPLATE}`, `subscribe ${TEMPLATE}`])
  })
})
