/** Rules of a value, named as WeChat names them; a key is a rule and a number. */
export type Rule =
  | 'thing'
  | 'number'
  | 'letter'
  | 'symbol'
  | 'character_string'
  | 'time'
  | 'date'
  | 'amount'
  | 'phone_number'
  | 'car_number'
  | 'name'
  | 'phrase'
  | 'enum'

export interface Keyword {
  readonly kid: number
  readonly name: string
  readonly example: string
  readonly rule: Rule
  /** The values of an `enum`. */
  readonly values?: readonly string[]
}

/** 2 is one-time, 3 long-term. */
export type TemplateType = 2 | 3

/** A template of the public library, from which accounts choose keywords. */
export interface PublicTemplate {
  readonly tid: string
  readonly title: string
  readonly type: TemplateType
  readonly categoryId: number
  readonly keywords: readonly Keyword[]
}

export const CATEGORIES = [
  { id: 307, name: '食品饮料' },
  { id: 612, name: '互联网医院' },
] as const

const keyword = (kid: number, name: string, rule: Rule, example: string, values?: readonly string[]): Keyword => ({
  kid,
  name,
  example,
  rule,
  ...(values === undefined ? {} : { values }),
})

/** A small part of it, made up after the real one. */
export const LIBRARY: readonly PublicTemplate[] = [
  {
    tid: '1856',
    title: '订单发货通知',
    type: 2,
    categoryId: 307,
    keywords: [
      keyword(1, '订单编号', 'character_string', '202510090001'),
      keyword(2, '商品名称', 'thing', '明前西湖龙井 250g 礼盒'),
      keyword(3, '快递公司', 'phrase', '顺丰速运'),
      keyword(4, '快递单号', 'character_string', 'SF1234567890123'),
      keyword(5, '发货时间', 'time', '2025年10月9日 16:53'),
      keyword(6, '备注', 'thing', '请留意快递员的电话'),
    ],
  },
  {
    tid: '1451',
    title: '退款成功通知',
    type: 2,
    categoryId: 307,
    keywords: [
      keyword(1, '退款金额', 'amount', '¥128.00'),
      keyword(2, '商品名称', 'thing', '明前西湖龙井 250g 礼盒'),
      keyword(3, '退款时间', 'date', '2025年10月9日'),
      keyword(4, '退款原因', 'thing', '七天无理由'),
      keyword(5, '客服电话', 'phone_number', '0571-88888888'),
    ],
  },
  {
    tid: '1006',
    title: '新消息提醒',
    type: 2,
    categoryId: 307,
    keywords: [
      keyword(1, '发送人', 'thing', '小张'),
      keyword(2, '消息内容', 'thing', '您的订单今天发出'),
      keyword(3, '发送时间', 'time', '2025年10月9日 16:53'),
      keyword(4, '未读数', 'number', '3'),
    ],
  },
  {
    tid: '3021',
    title: '就诊进度通知',
    type: 3,
    categoryId: 612,
    keywords: [
      keyword(1, '就诊人', 'name', '张三'),
      keyword(2, '就诊科室', 'thing', '内科'),
      keyword(3, '当前进度', 'enum', '候诊中', ['已预约', '候诊中', '就诊中', '已完成']),
      keyword(4, '预约时间', 'time', '2025年10月9日 09:00~10:00'),
      keyword(5, '车牌号', 'car_number', '浙A8Z888'),
    ],
  },
]
