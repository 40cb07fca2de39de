import type { AppId, OpenId } from '../../kernel/ids.ts'
import { number, parts, type Shape, shaped, text, time, unwrapped } from '../shape.ts'

const appId = text<AppId>('appid')

const trade = {
  transactionId: text('transaction_id'),
  merchantId: text('merchant_id'),
  subMerchantId: text('sub_merchant_id'),
  merchantTradeNo: text('merchant_trade_no'),
  payTime: time('pay_time'),
}

const complaint = {
  appId,
  /** A new complaint or its progress. */
  optionType: text('option_type'),
  complaintOrderId: text('complaint_order_id'),
  openId: text<OpenId>('open_id'),
  type: number('type'),
  /** For instance 201: waiting for the merchant, until `expireTime`. */
  status: number('status'),
  phoneNumber: text('phone_number'),
  orderId: text('order_id'),
  outTradeNo: text('out_trade_no'),
  productName: text('product_name'),
  payTime: time('pay_time'),
  /** Fen. */
  totalCost: number('total_cost'),
  createdAt: time('create_time'),
  expireTime: time('expire_time'),
  customerMaterialContent: text('customer_material_content'),
  /** Joined by commas. */
  customerMaterialMediaIdList: text('customer_material_media_id_list'),
  history: parts('history', { time: time('time'), content: text('content'), mediaIdList: text('media_id_list') }),
}

/**
 * Order centre, shipping (发货信息管理) and transaction complaints.
 * @see https://developers.weixin.qq.com/miniprogram/dev/platform-capabilities/business-capabilities/order-shipping/order-shipping.html
 * @see https://developers.weixin.qq.com/miniprogram/dev/platform-capabilities/business-capabilities/guarantee/complaint.html
 */
export const ORDER_EVENTS = {
  /** The mini program must upload shipping information: on authorisation, at the first trade, then daily. */
  trade_manage_remind_access_api: { msg: text('msg') },
  /** Paid 48 hours ago and not shipped. */
  trade_manage_remind_shipping: { ...trade, msg: text('msg') },
  /** The last three come about one after the other. */
  trade_manage_order_settlement: {
    ...trade,
    shippedTime: time('shipped_time'),
    estimatedSettlementTime: time('estimated_settlement_time'),
    /** 1 automatic, 2 by the user. */
    confirmReceiveMethod: number('confirm_receive_method'),
    confirmReceiveTime: time('confirm_receive_time'),
    settlementTime: time('settlement_time'),
  },
  /** A refund of B2B payment (门店助手); amounts in fen, times as Beijing's `yyyy-MM-dd HH:mm:ss`. */
  retail_refund_notify: {
    appId,
    mchId: text('mchid'),
    outRefundNo: text('out_refund_no'),
    refundId: text('refund_id'),
    outTradeNo: text('out_trade_no'),
    orderId: text('order_id'),
    refundAmount: number('refund_amount'),
    orderAmount: number('order_amount'),
    refundFrom: text('refund_from'),
    refundReason: text('refund_reason'),
    createdAt: text('create_time'),
    refundTime: text('refund_time'),
    /** `REFUND_SUCC` or `REFUND_FAIL`. */
    refundStatus: text('refund_status'),
    wxpayRefundId: text('wxpay_refund_id'),
    /** 0 production, 1 sandbox. */
    env: number('env'),
    /** 0 WeChat Pay, 1 bank transfer. */
    payChannel: number('pay_channel'),
    refundDesc: text('refund_desc'),
  },
  /** Also written with a blank, `complaint callback`; XML wraps the members, with WeChat's spelling. */
  complaint_callback: { complaint: unwrapped('BussiCallBackInfo', shaped(complaint)) },
} as const satisfies Record<string, Shape>
