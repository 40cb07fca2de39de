import type { LOGISTICS_EVENTS } from '../../../shared/wechat/catalogue/logistics.ts'
import { platformEvent, samples } from './sample.ts'

export const LOGISTICS_SAMPLES = samples<keyof typeof LOGISTICS_EVENTS>(platformEvent, {
  add_express_path: [
    '快递轨迹更新',
    'the track of a parcel changed',
    ({ createTime, id }) => ({
      DeliveryID: 'SF',
      WayBillId: `SF${id}`,
      OrderId: `CHA${id}`,
      Version: 2,
      Count: 2,
      Actions: [
        {
          ActionTime: createTime - 3600,
          ActionType: 100001,
          ActionMsg: '【杭州市】顺丰速运 已收取快件',
          Lat: 30.24585,
          Lng: 120.13026,
        },
        {
          ActionTime: createTime - 60,
          ActionType: 300002,
          ActionMsg: '【北京市】快件交给张师傅，正在派送途中（联系电话：13800138001）',
          Lat: 39.98412,
          Lng: 116.30748,
        },
      ],
    }),
  ],
  update_business_bind_result: [
    '物流账号绑定审核结果',
    'the binding of a courier account was reviewed',
    ({ id }) => ({ delivery_id: 'YTO', biz_id: `K${id}`, errcode: 0, errmsg: 'ok' }),
  ],
  update_waybill_status: [
    '即时配送状态更新',
    'an instant delivery moved on',
    ({ createTime, id }) => ({
      shopid: 'test_shop_id',
      shop_order_id: `CHA${id}`,
      shop_no: '12345678',
      waybill_id: String(id),
      action_time: createTime - 2,
      order_status: 102,
      action_msg: '骑手已接单，正在前往门店',
      agent: { name: '李师傅', phone: '13800138002', reach_time: createTime + 600 },
    }),
  ],
})
