import type { ORDER_EVENTS } from '../../../shared/wechat/catalogue/order.ts'
import { type About, platformEvent, samples, wrapped } from './sample.ts'

const trade = ({ createTime, id }: About, paidAgo: number) => ({
  transaction_id: `4200002${id}`,
  merchant_id: '1900000109',
  sub_merchant_id: '1900000110',
  merchant_trade_no: `CHA${id}`,
  pay_time: createTime - paidAgo,
})

export const ORDER_SAMPLES = samples<keyof typeof ORDER_EVENTS>(platformEvent, {
  trade_manage_remind_access_api: [
    '提醒接入发货信息管理',
    'shipping information must be uploaded',
    () => ({ msg: '小程序需要在订单发货后上传发货信息，否则资金将无法结算，请尽快接入发货信息管理服务。' }),
  ],
  trade_manage_remind_shipping: [
    '提醒订单超时未发货',
    'a paid order is not shipped',
    (about) => ({ ...trade(about, 172_900), msg: '订单已支付超过 48 小时，请尽快发货并上传发货信息。' }),
  ],
  trade_manage_order_settlement: [
    '订单已结算',
    'an order was settled',
    (about) => ({
      ...trade(about, 600_000),
      shipped_time: about.createTime - 500_000,
      estimated_settlement_time: about.createTime + 3600,
      confirm_receive_method: 2,
      confirm_receive_time: about.createTime - 60,
      settlement_time: about.createTime - 2,
    }),
  ],
  retail_refund_notify: [
    'B2b 门店助手退款结果',
    'a B2B refund is done',
    ({ appId, id }) => ({
      appid: appId,
      mchid: '1900000109',
      out_refund_no: `TK${id}`,
      refund_id: `r2025100916${id}`,
      out_trade_no: `CHA${id}`,
      order_id: `o2025100816${id}`,
      refund_amount: 6800,
      order_amount: 19900,
      refund_from: 'REFUND_FROM_USER',
      refund_reason: 'REFUND_REASON_WILLING',
      create_time: '2025-10-09 16:50:50',
      refund_time: '2025-10-09 16:50:53',
      refund_status: 'REFUND_SUCC',
      wxpay_refund_id: `5030${id}`,
      env: 0,
      pay_channel: 0,
      refund_desc: '茶罐有磕碰，协商部分退款',
    }),
  ],
  complaint_callback: [
    '用户发起交易投诉',
    'a user complains about a trade',
    (about) =>
      wrapped(about, 'BussiCallBackInfo', {
        appid: about.appId,
        option_type: '1',
        complaint_order_id: about.id,
        status: 201,
        create_time: about.createTime - 30,
        expire_time: about.createTime + 172_800,
        type: 3,
        order_id: `4200002${about.id}`,
        out_trade_no: `CHA${about.id}`,
        phone_number: '13800138000',
        open_id: about.openId,
        customer_material_content: '付款三天了还没有发货，联系客服没有回复',
        customer_material_media_id_list: `complaint_${about.id},complaint_${about.id + 1n}`,
        pay_time: about.createTime - 259_200,
        total_cost: 19900,
        product_name: '明前西湖龙井 250g 礼盒',
        history: [
          { time: about.createTime - 30, content: '用户发起投诉', media_id_list: `complaint_${about.id}` },
          { time: about.createTime - 29, content: '等待商家处理', media_id_list: `complaint_${about.id + 1n}` },
        ],
      }),
  ],
})
