import type {
  MINI_GAME_EVENTS,
  PAYMENT_EVENTS,
  REFUND_INQUIRY_EVENTS,
} from '../../../shared/wechat/catalogue/payment.ts'
import { type About, platformEvent, samples } from './sample.ts'

const weChatPayInfo = ({ createTime, id }: About) => ({
  MchOrderNo: `MCH${id}`,
  TransactionId: `4200002${id}`,
  PaidTime: createTime - 3,
})
const TEAM_INFO = { ActivityId: 'mid-autumn', TeamId: 'team-0086', TeamType: 1, TeamAction: 1 }
const PRICE = { OrigPrice: 3000, ActualPrice: 990, Attach: 'uid=12345' }

const payment = (about: About, env: 0 | 1) => ({
  OpenId: about.openId,
  OutTradeNo: `VIP${about.id}`,
  Env: env,
  WeChatPayInfo: weChatPayInfo(about),
})
const GOODS_INFO = { ProductId: 'vip_month', Quantity: 1, ...PRICE }

export const goodsDelivered = (about: About, env: 0 | 1) => ({ ...payment(about, env), GoodsInfo: GOODS_INFO })

const contract = ({ openId, id }: About) => ({
  OpenId: openId,
  OutTradeNo: `VIP${id}`,
  Env: 0,
  ProductId: 'vip_month',
  ContractId: `2025${id}`,
  Attach: 'uid=12345',
})

const DAY_MS = 86_400_000

const appleSubscription = ({ createTime, id }: About, autoRenewStatus: 0 | 1) => ({
  OriginalTransactionId: `2000001${id}`,
  ProductId: 'vip_month',
  AutoRenewStatus: autoRenewStatus,
  RenewalDate: createTime * 1000 + 30 * DAY_MS,
})

const NOBODYS_SIGNATURE = 'f749f67b751fa80f27ddc0b7c8d2821aeda162ea22b323cd64a2c8056c2736f0'

/** JSON within either format; the signature is that of no key. */
const miniGame = (payload: object) => ({
  MiniGame: { Payload: JSON.stringify(payload), PayEventSig: NOBODYS_SIGNATURE },
})
const game = (about: About) => {
  const { MchOrderNo, TransactionId } = weChatPayInfo(about)
  return {
    OpenId: about.openId,
    OutTradeNo: `GAME${about.id}`,
    WeChatPayInfo: { MchOrderNo, TransactionId },
    Env: 0,
  }
}
const gameCoins = { ActualPrice: 600, BuyQuantity: 60, OrigPrice: 600 }
const gameGoods = { ...GOODS_INFO, ProductId: 'sword_01', ZoneId: '1' }

export const PAYMENT_SAMPLES = samples<keyof typeof PAYMENT_EVENTS>(platformEvent, {
  xpay_goods_deliver_notify: [
    '虚拟支付：道具发货',
    'virtual payment: deliver the goods',
    (about) => ({ ...goodsDelivered(about, 0), TeamInfo: TEAM_INFO }),
  ],
  xpay_coin_pay_notify: [
    '虚拟支付：代币支付',
    'virtual payment: coins were spent',
    (about) => ({ ...payment(about, 0), CoinInfo: { Quantity: 30, ...PRICE } }),
  ],
  xpay_refund_notify: [
    '虚拟支付：退款结果',
    'virtual payment: a refund',
    ({ openId, createTime, id }) => ({
      OpenId: openId,
      WxRefundId: `R${id}`,
      MchRefundId: `TK${id}`,
      WxOrderId: `WX${id}`,
      MchOrderId: `VIP${id}`,
      RefundFee: 990,
      RetCode: 0,
      RetMsg: '退款成功',
      RefundStartTimestamp: createTime - 60,
      RefundSuccTimestamp: createTime - 2,
      WxpayRefundTransactionId: `5030${id}`,
      RetryTimes: 0,
      TeamInfo: TEAM_INFO,
    }),
  ],
  xpay_complaint_notify: [
    '虚拟支付：用户投诉',
    'virtual payment: a user complains',
    ({ openId, createTime, id }) => ({
      OpenId: openId,
      WxOrderId: `WX${id}`,
      MchOrderId: `VIP${id}`,
      ComplaintId: `20000${id}`,
      ComplaintDetail: '会员开通后没有到账，要求退款',
      ComplaintTime: createTime - 30,
      RetryTimes: 0,
      RequestId: `req_${id}`,
    }),
  ],
  xpay_subscribe_signing_result_notify: [
    '虚拟支付：会员订阅签约结果',
    'virtual payment: a subscription is signed',
    (about) => ({ ...contract(about), ContractResult: 0, ContractResultMsg: '签约成功' }),
  ],
  xpay_subscribe_pay_fail_notify: [
    '虚拟支付：会员订阅扣款失败',
    'virtual payment: a subscription could not be paid',
    (about) => ({ ...contract(about), ContractResult: 1, ContractResultMsg: '用户账户余额不足' }),
  ],
  xpay_apple_subscribe_signing_result_notify: [
    '虚拟支付：iOS 会员订阅签约结果',
    'virtual payment: a subscription is signed on iOS',
    (about) => ({
      OpenId: about.openId,
      Attach: 'uid=12345',
      AppleSubscriptionInfo: { ...appleSubscription(about, 1), SignedTime: about.createTime * 1000 - 512 },
    }),
  ],
  xpay_apple_subscribe_unsigning_result_notify: [
    '虚拟支付：iOS 会员订阅解约',
    'virtual payment: a subscription is ended on iOS',
    (about) => ({
      OpenId: about.openId,
      Attach: 'uid=12345',
      Action: 'unsubscribe',
      AppleSubscriptionInfo: { ...appleSubscription(about, 0), UnsignedTime: about.createTime * 1000 - 512 },
    }),
  ],
  xpay_wxpay_callback_notify: [
    '虚拟支付：微信支付风控通知',
    'virtual payment: WeChat Pay looks into the merchant',
    ({ appId, id }) => ({
      AppId: appId,
      NickName: '老茶铺',
      MerchantCode: '1900000109',
      MerchantCompanyName: '老茶铺食品有限公司',
      BusinessTime: '2025-10-09T16:53:20+08:00',
      BusinessCode: `RISK${id}`,
      BusinessState: 'punishment',
      Remark: '商户投诉率过高，限制收款额度',
      EventType: 'punishment',
      RetryTimes: 0,
    }),
  ],
})

export const MINI_GAME_SAMPLES = samples<keyof typeof MINI_GAME_EVENTS>(platformEvent, {
  minigame_coin_deliver_completed: [
    '小游戏：游戏币发货完成',
    'mini game: coins were delivered',
    (about) => miniGame({ ...game(about), CoinInfo: { ZoneId: '1', ...gameCoins } }),
  ],
  minigame_h5_goods_deliver_notify: [
    '小游戏：商城道具发货',
    'mini game: deliver goods bought in the shop',
    (about) => miniGame({ ...game(about), GoodsInfo: { ...gameGoods, OrderSource: 2 } }),
  ],
  minigame_game_pay_goods_deliver_notify: [
    '小游戏：直购道具发货',
    'mini game: deliver goods bought in the game',
    (about) => miniGame({ ...game(about), GoodsInfo: { ...gameGoods, OrderSource: 1 } }),
  ],
  minigame_pay_refund_succ_notify: [
    '小游戏：退款成功',
    'mini game: a refund',
    (about) => {
      const { OutTradeNo, WeChatPayInfo, Env } = game(about)
      return miniGame({ RefundId: `R${about.id}`, RefundAmount: 600, RefundSource: 1, Env, OutTradeNo, WeChatPayInfo })
    },
  ],
  minigame_recharge_center_coin_deliver_completed: [
    '小游戏：充值中心发货完成',
    'mini game: coins from the recharge centre were delivered',
    (about) => miniGame({ ...game(about), CoinInfo: gameCoins }),
  ],
})

export const REFUND_INQUIRY_SAMPLES = samples<keyof typeof REFUND_INQUIRY_EVENTS>(platformEvent, {
  xpay_subscribe_ios_refund_query_notify: [
    '虚拟支付：iOS 退款问询，须 3 秒内应答',
    'virtual payment: Apple asks whether to refund, to be answered within 3 s',
    ({ createTime, id }) => ({
      refund_time: String(createTime - 2),
      order_time: String(createTime - 86_400),
      channel_bill: `2000001${id}`,
      bundleid: 'com.tencent.xin',
      product_id: 'vip_month',
      p_count: '1',
      refund_request_reason: '孩子误操作购买',
      provide_status: '1',
      pay_order_id: `VIP${id}`,
    }),
  ],
})
