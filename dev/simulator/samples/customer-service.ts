import type {
  CUSTOMER_SERVICE_EVENTS,
  CUSTOMER_SERVICE_MESSAGES,
} from '../../../shared/wechat/catalogue/customer-service.ts'
import { message, samples, userEvent } from './sample.ts'

export const CUSTOMER_SERVICE_MESSAGE_SAMPLES = samples<keyof typeof CUSTOMER_SERVICE_MESSAGES>(message, {
  text: [
    '用户发来文本消息',
    'a text message from a user',
    ({ id }) => ({ Content: '你好，我昨天买的龙井什么时候发货？', MsgId: id }),
  ],
  image: [
    '用户发来图片',
    'an image from a user',
    ({ id }) => ({
      PicUrl: `http://mmbiz.qpic.cn/mmbiz_jpg/chat_${id}/0`,
      MediaId: `media_${id}`,
      MsgId: id,
    }),
  ],
  miniprogrampage: [
    '用户发来小程序卡片',
    'a mini-program card from a user',
    ({ id, appId }) => ({
      Title: '明前西湖龙井 250g 礼盒',
      AppId: appId,
      PagePath: 'pages/goods/detail?id=10086&from=contact',
      ThumbUrl: `http://mmbiz.qpic.cn/mmbiz_png/card_${id}/0`,
      ThumbMediaId: `thumb_${id}`,
      MsgId: id,
    }),
  ],
})

export const CUSTOMER_SERVICE_EVENT_SAMPLES = samples<keyof typeof CUSTOMER_SERVICE_EVENTS>(userEvent, {
  user_enter_tempsession: [
    '用户进入客服会话',
    'a user opens the customer-service session',
    ({ id }) => ({ SessionFrom: `order-${id}` }),
  ],
})
