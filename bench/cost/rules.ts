import type { Handler } from '../../shared/reply/handler.ts'
import { send } from '../../shared/reply/messages.ts'
import type { RuleTable } from '../../shared/reply/rule.ts'
import { run, transfer } from '../../shared/reply/table.ts'

/** Rules of the bench's own: what you change in rules.ts does not change what is measured here. */
export const RULES: RuleTable = {
  welcome: '你好，欢迎光临！回复“订单”查询物流，回复“人工”转人工客服。',
  keywords: [
    { when: '人工', reply: transfer },
    { when: /^\d{8}$/, reply: run('orderStatus') },
  ],
  otherwise: {
    text: '您好，您的订单已经发货，预计后天送达。如需修改收货地址，请回复“人工”，我们会尽快为您处理。',
    image: '图片已收到。',
    miniprogrampage: '卡片已收到。',
  },
  events: {},
}

export const HANDLERS: Readonly<Record<string, Handler>> = {
  orderStatus: async () => [send('订单 20260001：已发货，预计明天送达。')],
}

/** 60 characters, 180 bytes. */
export const TEXT =
  '你好，我上周六在你们店里买了一件蓝色外套，到现在物流信息一直没有更新，请帮我查一下什么时候可以送到，另外地址能不能改公司'

export const HANDED_OVER = '人工'
export const ORDER = '20260001'
