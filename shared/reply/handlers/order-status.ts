import type { OpenId } from '../../kernel/ids.ts'
import { type Handler, handles } from '../handler.ts'
import { send } from '../messages.ts'

interface Order {
  /** As the person reads it. */
  readonly status: string
}

/** Finds an order of this person: whoever types a number must not see the order of somebody else. */
export type FindOrder = (number: string, openId: OpenId, signal: AbortSignal) => Promise<Order | undefined>

/** Says where an order is; its number stands in the text. */
export const orderStatus = (findOrder: FindOrder): Handler =>
  handles('text', async ({ message, openId, signal, log }) => {
    const number = /\d{6,20}/.exec(message.content)?.[0]
    if (number === undefined) return [send('请发送订单号，例如：订单 20260001')]
    const order = await findOrder(number, openId, signal)
    log.info('order.looked-up', { found: order !== undefined })
    if (order === undefined) return [send(`没有找到订单 ${number}，请核对后再发一次。`)]
    return [send(`订单 ${number}：${order.status}`)]
  })

const DEMO: ReadonlyMap<string, Order> = new Map([
  ['20260001', { status: '已付款，仓库正在备货。' }],
  ['20260002', { status: '已发货，预计明天送达。' }],
  ['20260003', { status: '已签收，感谢惠顾！' }],
])

/**
 * Orders for trying it, the same for everybody. Yours come from your order system:
 * `await fetch(address, { signal })`, as in docs/rules.md.
 */
export const demoOrders: FindOrder = async (number, _openId, signal) => {
  if (signal.aborted) throw new Error('too late')
  return DEMO.get(number)
}
