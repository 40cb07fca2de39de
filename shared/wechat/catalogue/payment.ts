import type { AppId, OpenId } from '../../kernel/ids.ts'
import { flag, number, optionalPart, optionalText, part, type Shape, text, time, timeMs } from '../shape.ts'

/** The user who pays; the envelope comes from WeChat. */
const openId = text<OpenId>('OpenId')
/** 0 production, 1 sandbox. */
const env = number('Env')
/** Counts from 0, up to 15. */
const retryTimes = number('RetryTimes')

const weChatPayInfo = optionalPart('WeChatPayInfo', {
  mchOrderNo: text('MchOrderNo'),
  transactionId: text('TransactionId'),
  paidTime: time('PaidTime'),
})
/** `teamType` 1: all pay, refunded when the team is complete; `teamAction` 0 founds, 1 joins. */
const teamInfo = optionalPart('TeamInfo', {
  activityId: text('ActivityId'),
  teamId: text('TeamId'),
  teamType: number('TeamType'),
  teamAction: number('TeamAction'),
})
/** Fen. */
const price = {
  quantity: number('Quantity'),
  origPrice: number('OrigPrice'),
  actualPrice: number('ActualPrice'),
  attach: text('Attach'),
}
const payment = { openId, outTradeNo: text('OutTradeNo'), env, weChatPayInfo, teamInfo }

const contract = {
  openId,
  outTradeNo: text('OutTradeNo'),
  env,
  productId: text('ProductId'),
  contractResult: number('ContractResult'),
  contractResultMsg: text('ContractResultMsg'),
  contractId: text('ContractId'),
  attach: text('Attach'),
}

/** `autoRenewStatus` 1 on, 0 off; the times are milliseconds. */
const appleSubscriptionInfo = optionalPart('AppleSubscriptionInfo', {
  originalTransactionId: text('OriginalTransactionId'),
  productId: optionalText('ProductId'),
  autoRenewStatus: number('AutoRenewStatus'),
  renewalDate: timeMs('RenewalDate'),
  signedTime: timeMs('SignedTime'),
  unsignedTime: timeMs('UnsignedTime'),
})
const appleContract = { openId, attach: text('Attach'), appleSubscriptionInfo }

/**
 * `payload` is JSON whatever the format, and signed: `payEventSig = hex(hmac_sha256(appKey, event + '&' + payload))`.
 * A mock (`isMock`) is random data to be answered and otherwise ignored.
 */
const miniGame = {
  miniGame: part('MiniGame', { payload: text('Payload'), payEventSig: text('PayEventSig'), isMock: flag('IsMock') }),
}

/**
 * Virtual payment (虚拟支付): answered with `ErrCode` and `ErrMsg`, sent again up to 15 times until `ErrCode` is 0.
 * @see https://developers.weixin.qq.com/miniprogram/dev/platform-capabilities/business-capabilities/virtual-payment.html
 */
export const PAYMENT_EVENTS = {
  /** Goods are paid: deliver once per `outTradeNo`. */
  xpay_goods_deliver_notify: {
    ...payment,
    goodsInfo: part('GoodsInfo', { productId: text('ProductId'), ...price }),
    appleSubscriptionInfo,
  },
  xpay_coin_pay_notify: { ...payment, coinInfo: part('CoinInfo', price) },
  xpay_refund_notify: {
    openId,
    wxRefundId: text('WxRefundId'),
    mchRefundId: text('MchRefundId'),
    wxOrderId: text('WxOrderId'),
    mchOrderId: text('MchOrderId'),
    /** Fen. */
    refundFee: number('RefundFee'),
    /** 0 is refunded. */
    retCode: number('RetCode'),
    retMsg: text('RetMsg'),
    refundStartTime: time('RefundStartTimestamp'),
    refundSuccTime: time('RefundSuccTimestamp'),
    wxpayRefundTransactionId: text('WxpayRefundTransactionId'),
    retryTimes,
    teamInfo,
  },
  xpay_complaint_notify: {
    openId,
    wxOrderId: text('WxOrderId'),
    mchOrderId: text('MchOrderId'),
    complaintId: optionalText('ComplaintId'),
    complaintDetail: optionalText('ComplaintDetail'),
    complaintTime: time('ComplaintTime'),
    retryTimes,
    requestId: text('RequestId'),
  },
  xpay_subscribe_signing_result_notify: contract,
  xpay_subscribe_pay_fail_notify: contract,
  xpay_apple_subscribe_signing_result_notify: appleContract,
  /** `action` is `unsubscribe`. */
  xpay_apple_subscribe_unsigning_result_notify: { ...appleContract, action: text('Action') },
  /** WeChat Pay looks into or punishes the merchant: `eventType` is `due_diligence` or `punishment`. */
  xpay_wxpay_callback_notify: {
    appId: text<AppId>('AppId'),
    nickName: text('NickName'),
    merchantCode: text('MerchantCode'),
    merchantCompanyName: text('MerchantCompanyName'),
    /** As `2026-07-03T12:47:13+08:00`. */
    businessTime: text('BusinessTime'),
    businessCode: text('BusinessCode'),
    businessState: text('BusinessState'),
    remark: text('Remark'),
    eventType: text('EventType'),
    retryTimes,
  },
} as const satisfies Record<string, Shape>

/**
 * Payments of mini games: answered with `ErrCode` and `ErrMsg` in clear, in safe mode too.
 * @see https://developers.weixin.qq.com/minigame/dev/guide/open-ability/virtual-payment/event.html
 */
export const MINI_GAME_EVENTS = {
  minigame_coin_deliver_completed: miniGame,
  minigame_h5_goods_deliver_notify: miniGame,
  minigame_game_pay_goods_deliver_notify: miniGame,
  minigame_pay_refund_succ_notify: miniGame,
  minigame_recharge_center_coin_deliver_completed: miniGame,
} as const satisfies Record<string, Shape>

/**
 * Apple asks, up to three times, whether to refund; answered within 3 s with `result_code` (0 refund, 1 refuse), `result_info` and
 * `evidence`.
 * @see https://developers.weixin.qq.com/miniprogram/dev/platform-capabilities/business-capabilities/vip.html
 */
export const REFUND_INQUIRY_EVENTS = {
  xpay_subscribe_ios_refund_query_notify: {
    refundTime: time('refund_time'),
    orderTime: time('order_time'),
    channelBill: text('channel_bill'),
    bundleId: text('bundleid'),
    productId: text('product_id'),
    count: number('p_count'),
    refundRequestReason: text('refund_request_reason'),
    /** 0 not delivered, 1 delivered, 2 in progress. */
    provideStatus: number('provide_status'),
    payOrderId: text('pay_order_id'),
  },
} as const satisfies Record<string, Shape>
