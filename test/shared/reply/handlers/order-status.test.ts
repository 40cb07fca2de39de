import { describe, expect, it } from 'vitest'
import type { OpenId } from '../../../../shared/kernel/ids.ts'
import { demoOrders, orderStatus } from '../../../../shared/reply/handlers/order-status.ts'
import { handlersOf } from '../../../../shared/reply/handlers.ts'
import { aContext } from '../../../support/context.ts'

const asked = (Content: string) => aContext({ Content })
const said = (content: string) => [{ kind: 'send', message: { kind: 'text', content } }]

describe('orderStatus', () => {
  const handle = orderStatus(demoOrders)

  it('says where an order is', async () => {
    expect(await handle(asked('订单 20260002'))).toEqual(said('订单 20260002：已发货，预计明天送达。'))
  })

  it('says that there is no such order, and asks for a number where there is none', async () => {
    expect(await handle(asked('99999999'))).toEqual(said('没有找到订单 99999999，请核对后再发一次。'))
    expect(await handle(asked('我的订单'))).toEqual(said('请发送订单号，例如：订单 20260001'))
  })

  it('asks the order system for an order of this person, and hands the deadline on', async () => {
    const questions: unknown[] = []
    const context = asked('20260002')
    await orderStatus(async (...question) => {
      questions.push(question)
      return undefined
    })(context)
    expect(questions).toEqual([['20260002', context.openId, context.signal]])
  })

  it('is tried again when the order system fails or is too slow', async () => {
    const down = orderStatus(() => Promise.reject(new Error('down')))
    await expect(down(asked('20260002'))).rejects.toThrow('down')
    const late = aContext({ Content: '20260002' }, { signal: AbortSignal.abort() })
    await expect(handle(late)).rejects.toThrow('too late')
  })

  it('is a failure where a rule calls it for something else than a text', async () => {
    await expect(handle(aContext({ MsgType: 'image' }))).rejects.toThrow(/for text and was called for image/)
  })

  it('logs neither the order nor the person', async () => {
    const lines: string[] = []
    const openId = 'oSecretPerson' as OpenId
    await handle(aContext({ Content: '订单 20260002' }, { openId, lines }))
    expect(lines.join()).toContain('order.looked-up')
    expect(lines.join()).not.toMatch(/20260002|oSecretPerson/)
  })
})

describe('handlersOf', () => {
  it('works without any setting', async () => {
    expect(await handlersOf({}).orderStatus(asked('20260003'))).toEqual(said('订单 20260003：已签收，感谢惠顾！'))
  })
})
