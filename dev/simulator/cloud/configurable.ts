import type { Kind } from '../../../shared/wechat/message.ts'

/**
 * What the console can send to a cloud function today; audit and order events among others it cannot.
 * @see https://developers.weixin.qq.com/miniprogram/dev/wxcloudservice/wxcloud/guide/openapi/callback.html
 */
const CONFIGURABLE: readonly Kind[] = [
  'text',
  'image',
  'miniprogrampage',
  'user_enter_tempsession',
  'subscribe_msg_popup_event',
  'subscribe_msg_change_event',
  'subscribe_msg_sent_event',
  'wxa_media_check',
  'add_express_path',
  'xpay_goods_deliver_notify',
  'xpay_coin_pay_notify',
  'xpay_complaint_notify',
]

export const isConfigurable = (kind: string): boolean =>
  CONFIGURABLE.some((each) => each === kind) || kind.startsWith('xpay_subscribe_')
