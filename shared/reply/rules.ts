import { DEMO_PICTURE } from './demo-picture.ts'
import { card, image, link, rules, run, transfer } from './table.ts'

/**
 * Every word that people read, and what happens when: yours to change, docs/rules.md is the guide.
 * 客服说什么、何时说，都在这张表里：请改成自己的内容，说明见 docs/rules.md。
 */
export const RULES = rules({
  // The person opens the session. 用户进入客服会话
  welcome:
    '你好，欢迎光临！\n回复“订单”查询物流，回复“下单”去逛逛，回复“官网”或“海报”了解我们。\n回复“人工”转人工客服。',

  // The person writes a text; the first rule that fits wins. 用户发来文字，自上而下第一条命中的生效
  keywords: [
    { when: ['人工', '转人工', '客服'], reply: [transfer, '正在为您转接人工客服，请稍候。'] },
    { when: ['帮助', '菜单', 'help', '?'], reply: '回复“订单”“下单”“官网”“海报”试试，回复“人工”转人工客服。' },
    {
      when: ['官网', '网站'],
      reply: link({
        title: '示例小店',
        description: '新品与活动都在这里',
        url: 'https://shop.example.com/',
        thumbUrl: 'https://shop.example.com/logo.png',
      }),
    },
    { when: ['海报', '活动'], reply: ['本周活动：全场满 99 元包邮。', image({ url: DEMO_PICTURE })] },
    {
      when: ['下单', '购买', /^我?想?要?买/],
      reply: card({ title: '点此下单', pagePath: 'pages/index/index?from=kf', thumb: { url: DEMO_PICTURE } }),
    },
    { when: ['订单', '物流', '查订单', '快递'], reply: '请发送订单号，例如：订单 20260001' },
    {
      when: /^(?:订单号?|单号)?[\s:：#]*\d{6,20}$/,
      reply: run('orderStatus', { seconds: 20, tries: 3, otherwise: '暂时查不到订单，请稍后再试，或回复“人工”。' }),
    },
  ],

  // No rule fits. 没有命中任何规则
  otherwise: {
    text: '抱歉，没有听懂。回复“帮助”看看我能做什么，回复“人工”转人工客服。',
    image: '图片已收到。需要人工查看，请回复“人工”。',
    miniprogrampage: '卡片已收到。需要人工查看，请回复“人工”。',
  },

  // Anything else that WeChat pushes, by its name. 其他事件，按事件名
  // A payment is answered ErrCode 0, and WeChat stops: the goods are yours to deliver, here. 付款后由此处发货，见 docs/rules.md：
  // xpay_goods_deliver_notify: run('deliverGoods', { seconds: 30, tries: 10 }),
  events: {},
})
