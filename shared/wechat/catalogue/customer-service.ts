import type { AppId, MsgId } from '../../kernel/ids.ts'
import { type Shape, text } from '../shape.ts'

const msgId = text<MsgId>('MsgId')

/**
 * What a user writes in the session behind `<button open-type="contact">`.
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/customer-message/receive.html
 */
export const CUSTOMER_SERVICE_MESSAGES = {
  text: { msgId, content: text('Content') },
  /** `picUrl` is made by WeChat and does not last; the media can be downloaded for three days. */
  image: { msgId, picUrl: text('PicUrl'), mediaId: text('MediaId') },
  miniprogrampage: {
    msgId,
    title: text('Title'),
    appId: text<AppId>('AppId'),
    pagePath: text('PagePath'),
    thumbUrl: text('ThumbUrl'),
    thumbMediaId: text('ThumbMediaId'),
  },
} as const satisfies Record<string, Shape>

export const CUSTOMER_SERVICE_EVENTS = {
  /** The user opened the session; `sessionFrom` is the button's `session-from`. */
  user_enter_tempsession: { sessionFrom: text('SessionFrom') },
} as const satisfies Record<string, Shape>
