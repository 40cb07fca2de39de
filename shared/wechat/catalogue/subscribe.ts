import type { MsgId, TemplateId } from '../../kernel/ids.ts'
import { number, optionalText, parts, type Shape, text, unwrapped } from '../shape.ts'

const templateId = text<TemplateId>('TemplateId')
/** `accept` or `reject`. */
const status = text('SubscribeStatusString')

const popup = { templateId, status, popupScene: optionalText('PopupScene') }
const change = { templateId, status }
/** `msgId` equals the `msgid` that sending answered; `errorCode` 0 is delivered. */
const sent = {
  templateId,
  msgId: text<MsgId>('MsgID'),
  errorCode: number('ErrorCode'),
  errorStatus: text('ErrorStatus'),
}

/**
 * XML wraps the list in an element named for the event, JSON does not.
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/subscribe-message.html
 */
export const SUBSCRIBE_EVENTS = {
  /** The user acted on the popup of `wx.requestSubscribeMessage`. */
  subscribe_msg_popup_event: { list: unwrapped('SubscribeMsgPopupEvent', parts('List', popup)) },
  /** The user changed the setting from the card in 服务通知. */
  subscribe_msg_change_event: { list: unwrapped('SubscribeMsgChangeEvent', parts('List', change)) },
  /** The final result of a send; a refusal at sending never comes this way. */
  subscribe_msg_sent_event: { list: unwrapped('SubscribeMsgSentEvent', parts('List', sent)) },
} as const satisfies Record<string, Shape>
