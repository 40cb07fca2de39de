import type { EXPRESS_EVENTS } from '../../../shared/wechat/catalogue/express.ts'
import { type About, platformEvent, samples } from './sample.ts'

const SENDER = {
  Name: '王掌柜',
  Tel: '0571-87990000',
  Mobile: '13800138000',
  Province: '浙江省',
  City: '杭州市',
  Area: '西湖区',
  Address: '龙井路 88 号 老茶铺',
}
const RECEIVER = {
  Name: '张小满',
  Tel: '010-62770000',
  Mobile: '13900139000',
  Province: '北京市',
  City: '北京市',
  Area: '海淀区',
  Address: '中关村大街 1 号 2 单元 301',
}
const SHOP = { Company: '老茶铺食品有限公司', PostCode: '310013', Country: '中国' }
const HOME = { Company: '个人', PostCode: '100080', Country: '中国' }
const SINGLE_SENDER = { ...SENDER, Street: '西湖街道', Id: '330106001' }
const SINGLE_RECEIVER = { ...RECEIVER, Street: '中关村街道', Id: '110108001' }
const GOOD_DETAIL = { Weight: 1.5, Special: 0 }

const account = ({ appId, id }: About) => ({ BizID: `K${id}`, BizPwd: 'demo-password', ShopAppID: appId })
const single = ({ appId, id }: About) => ({ Token: `token_${id}`, WXAppId: appId, OrderID: `CHA${id}` })
const waybill = (about: About) => ({ ...single(about), WayBillID: `SF${about.id}` })

export const EXPRESS_SAMPLES = samples<keyof typeof EXPRESS_EVENTS>(platformEvent, {
  add_waybill: [
    '快递公司：请求下单',
    'courier: an order',
    (about) => ({
      Token: `token_${about.id}`,
      OrderID: `CHA${about.id}`,
      ...account(about),
      WayBillID: 0,
      Remark: '茶叶易碎，请勿重压',
      Sender: { ...SENDER, ...SHOP },
      Receiver: { ...RECEIVER, ...HOME },
      Cargo: {
        Count: 1,
        Weight: 1.5,
        Space_X: 30,
        Space_Y: 20,
        Space_Z: 15,
        DetailList: [
          { Name: '明前西湖龙井 250g 礼盒', Count: 1 },
          { Name: '紫砂品茗杯', Count: 2 },
        ],
      },
      Insured: { UseInsured: 1, InsuredValue: 19900 },
      Service: { ServiceType: 0, ServiceName: '标准快递' },
    }),
  ],
  cancel_waybill: [
    '快递公司：取消下单',
    'courier: an order is cancelled',
    (about) => ({ OrderID: `CHA${about.id}`, ...account(about), WayBillID: `SF${about.id}` }),
  ],
  check_biz: [
    '快递公司：审核商户',
    'courier: a merchant is to be checked',
    (about) => ({
      ...account(about),
      ShopName: '老茶铺',
      ShopTelphone: '0571-87990000',
      ShopContact: '王掌柜',
      ServiceName: '标准快递',
      SenderAddress: '龙井路 88 号',
      SenderProvince: '浙江省',
      SenderCity: '杭州市',
      SenderArea: '西湖区',
    }),
  ],
  get_quota: ['快递公司：查询商户余额', 'courier: how much is left', account],
  waybill_notify_query: [
    '快递公司：查询轨迹',
    'courier: the track is asked for',
    ({ id }) => ({ WaybillId: `SF${id}`, SenderPhone: '13800138000', ReceiverPhone: '13900139000' }),
  ],
  add_single_waybill: [
    '快递公司：散单下单',
    'courier: a single parcel is ordered',
    (about) => ({
      ...single(about),
      Sender: SINGLE_SENDER,
      Receiver: SINGLE_RECEIVER,
      GoodDetail: GOOD_DETAIL,
      Insured: { UseInsured: 1, InsuredValue: 19900 },
      ExpectStartTime: about.createTime + 3600,
      ExpectEndTime: about.createTime + 7200,
      Settingment: 0,
      CompanyID: 'LAOCHAPU',
      Account: `K${about.id}`,
      AccountPwd: 'demo-password',
      Remark: '到楼下请打电话',
      PickUpStartTime: about.createTime + 3600,
      PickUpEndTime: about.createTime + 7200,
      Scene: 1,
    }),
  ],
  cancel_single_waybill: [
    '快递公司：散单取消',
    'courier: a single parcel is cancelled',
    (about) => ({ ...waybill(about), CancelID: 1, CancelReason: '计划有变，暂时不寄了' }),
  ],
  query_single_waybill: [
    '快递公司：散单查询',
    'courier: a single parcel is asked for',
    (about) => {
      const { Token, WXAppId, OrderID, WayBillID } = waybill(about)
      return { Token, WXAppId, WaybillId: WayBillID, OrderID }
    },
  ],
  query_single_waybill_fee: [
    '快递公司：散单运费查询',
    'courier: the price of a single parcel',
    () => ({ Sender: SINGLE_SENDER, Receiver: SINGLE_RECEIVER, GoodDetail: GOOD_DETAIL, Scene: 1 }),
  ],
  waybill_query_expect_time_range: [
    '快递公司：查询可上门时间',
    'courier: when can a parcel be picked up',
    ({ appId }) => {
      const { Province, City, Area, Street, Address, Id } = SINGLE_SENDER
      return { WXAppId: appId, Province, City, Area, Street, Address, Id }
    },
  ],
  notify_single_waybill_pay: [
    '快递公司：散单已支付',
    'courier: a single parcel is paid',
    (about) => ({
      ...waybill(about),
      Fee: 1800,
      OriginalFee: 2300,
      PayOrderId: `4200002${about.id}`,
      PayFinishTime: about.createTime - 2,
    }),
  ],
  waybill_evaluate_agent: [
    '快递公司：用户评价快递员',
    'courier: a user rates the courier',
    (about) => ({ ...waybill(about), CourierType: 1, Score: 5 }),
  ],
  waybill_complaint: [
    '快递公司：用户投诉',
    'courier: a user complains',
    (about) => ({
      ...waybill(about),
      ComplainType: 2,
      Content: '外包装破损，茶叶受潮',
      Pic: `https://mmbiz.qpic.cn/damage_${about.id}/0|https://mmbiz.qpic.cn/damage_${about.id + 1n}/0`,
      Name: '张小满',
      Phone: '13900139000',
    }),
  ],
  remind_waybill: ['快递公司：用户催件', 'courier: a user asks to hurry', waybill],
})
