import type { SUBSCRIBE_EVENTS } from '../../../shared/wechat/catalogue/subscribe.ts'
import type { WireDraft, WireValue } from '../../../shared/wechat/wire.ts'
import { type About, samples, userEvent, wrapped } from './sample.ts'

export const SHIPPED = 'kM0x3Zr8qLJt5wVnYbD2sFhGc7uEaPoI9RlQvXT4yNm'
export const REFUNDED = 'pW7dHs2NcT9fKxB4mQvJ6yRzLgU1oEaI8nXtSkYbC3w'

/** JSON quotes the numbers of these events, and a list of one is its entry. */
export function subscribeList(about: About, wrapper: string, entries: readonly WireDraft[]): WireDraft {
  const [first, ...others] = entries
  return wrapped(about, wrapper, { List: first !== undefined && others.length === 0 ? first : entries })
}

export const digits = ({ format }: About, value: bigint): WireValue => (format === 'xml' ? value : String(value))

export const SUBSCRIBE_SAMPLES = samples<keyof typeof SUBSCRIBE_EVENTS>(userEvent, {
  subscribe_msg_popup_event: [
    '用户在弹窗中同意订阅消息',
    'a user allows a subscribe message in the popup',
    (about) =>
      subscribeList(about, 'SubscribeMsgPopupEvent', [
        { TemplateId: SHIPPED, SubscribeStatusString: 'accept', PopupScene: digits(about, 0n) },
      ]),
  ],
  subscribe_msg_change_event: [
    '用户在服务通知里关闭订阅消息',
    'a user turns a subscribe message off',
    (about) =>
      subscribeList(about, 'SubscribeMsgChangeEvent', [{ TemplateId: SHIPPED, SubscribeStatusString: 'reject' }]),
  ],
  subscribe_msg_sent_event: [
    '订阅消息发送结果',
    'the result of a subscribe message',
    (about) =>
      subscribeList(about, 'SubscribeMsgSentEvent', [
        {
          TemplateId: SHIPPED,
          MsgID: digits(about, about.id),
          ErrorCode: digits(about, 0n),
          ErrorStatus: 'success',
        },
      ]),
  ],
})
