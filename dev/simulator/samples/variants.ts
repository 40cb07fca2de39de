import { goodsDelivered } from './payment.ts'
import { message, platformEvent, type Sample, userEvent } from './sample.ts'
import { digits, REFUNDED, SHIPPED, subscribeList } from './subscribe.ts'

/** More than one of a kind, and pushes that have no kind. */
export const VARIANTS: Readonly<Record<string, Sample>> = {
  text_human_agent: message('text', [
    '用户要求转人工客服',
    'a user asks for a human agent',
    ({ id }) => ({ Content: '人工', MsgId: id }),
  ]),
  text_order: message('text', [
    '用户查询订单',
    'a user asks where an order is',
    ({ id }) => ({ Content: '订单 20260002', MsgId: id }),
  ]),
  text_tricky: message('text', [
    '难处理的文本：前导零、首尾空格、换行、表情、CDATA 结束符、标签',
    'a text that breaks careless parsers: zeros, blanks, line ends, emoji, the end of a CDATA section, tags',
    ({ id }) => ({ Content: '  00123 ]]> 👨‍👩‍👧 <b>&amp;</b> "引号" \\u4f60\r\n第二行\t ', MsgId: id }),
  ]),
  text_number: message('text', [
    '只有数字的文本 00123',
    'a text of digits alone, 00123',
    ({ id }) => ({ Content: '00123', MsgId: id }),
  ]),
  subscribe_msg_popup_event_several: userEvent('subscribe_msg_popup_event', [
    '用户在弹窗中同意一个、拒绝一个订阅消息',
    'a user allows one subscribe message and refuses another',
    (about) =>
      subscribeList(about, 'SubscribeMsgPopupEvent', [
        { TemplateId: SHIPPED, SubscribeStatusString: 'accept', PopupScene: digits(about, 0n) },
        { TemplateId: REFUNDED, SubscribeStatusString: 'reject', PopupScene: digits(about, 0n) },
      ]),
  ]),
  subscribe_msg_sent_event_failed: userEvent('subscribe_msg_sent_event', [
    '订阅消息未能送达',
    'a subscribe message could not be delivered',
    (about) =>
      subscribeList(about, 'SubscribeMsgSentEvent', [
        {
          TemplateId: SHIPPED,
          MsgID: digits(about, about.id),
          ErrorCode: digits(about, 1n),
          ErrorStatus: 'failed: system failed',
        },
      ]),
  ]),
  wxa_media_check_v1: platformEvent('wxa_media_check', [
    '旧版图片、音频安全检测结果',
    'the result of a media check in its old form',
    ({ appId, id }) => ({
      isrisky: 1,
      extra_info_json: '',
      appid: appId,
      trace_id: `${id}-0001`,
      status_code: 0,
      detail: [],
    }),
  ]),
  xpay_goods_deliver_notify_sandbox: platformEvent('xpay_goods_deliver_notify', [
    '虚拟支付：沙箱环境的道具发货',
    'virtual payment: deliver the goods, in the sandbox',
    (about) => goodsDelivered(about, 1),
  ]),
  unknown_event: platformEvent('wxa_future_event', [
    '微信将来新增的事件',
    'an event that WeChat may add one day',
    ({ id }) => ({ future_id: id, future_detail: { note: '新能力上线通知', steps: ['申请', '接入'] } }),
  ]),
  component_verify_ticket: {
    zh: '第三方平台验证票据',
    en: 'the ticket of a third-party platform',
    draft: ({ appId, createTime, id }) => ({
      AppId: appId,
      CreateTime: createTime,
      InfoType: 'component_verify_ticket',
      ComponentVerifyTicket: `ticket@@@${id}`,
    }),
  },
}
