import type { DELIVERY_EVENTS } from '../../../shared/wechat/catalogue/delivery.ts'
import { type About, platformEvent, samples } from './sample.ts'

const SENDER = {
  name: '老茶铺（西湖店）',
  city: '杭州市',
  address: '西湖区龙井路 88 号',
  address_detail: '一层临街商铺',
  phone: '13800138000',
  lng: 120.13026,
  lat: 30.24585,
  coordinate_type: 0,
}
const RECEIVER = {
  name: '张小满',
  city: '杭州市',
  address: '上城区延安路 292 号',
  address_detail: '3 幢 2 单元 301 室',
  phone: '13900139000',
  lng: 120.16378,
  lat: 30.25924,
  coordinate_type: 0,
}
const CARGO = {
  goods_value: 199,
  goods_height: 15,
  goods_length: 30,
  goods_width: 20,
  goods_weight: 1.5,
  goods_detail: {
    goods: [
      { good_count: 1, good_name: '明前西湖龙井 250g 礼盒', good_price: 168, good_unit: '盒' },
      { good_count: 2, good_name: '龙井茶酥', good_price: 15.5, good_unit: '袋' },
    ],
  },
  goods_pickup_info: '请到收银台报取货码',
  goods_delivery_info: '放门口即可，谢谢',
  cargo_first_class: '美食夜宵',
  cargo_second_class: '饮料茶点',
}

const shop = ({ id }: About) => ({ shopid: 'test_shop_id', shop_order_id: `CHA${id}`, shop_no: '12345678' })
const waybill = (about: About) => ({ ...shop(about), waybill_id: String(about.id) })
const signed = (about: About) => ({ ...waybill(about), delivery_sign: `sign_${about.id}` })
const cancellation = (about: About) => ({ ...signed(about), cancel_reason_id: 1, cancel_reason: '顾客暂时不需要邮寄' })

const order = (about: About) => ({
  ...shop(about),
  delivery_sign: `sign_${about.id}`,
  sender: SENDER,
  receiver: RECEIVER,
  cargo: CARGO,
  order_info: {
    delivery_service_code: 'STANDARD',
    order_type: 1,
    expected_delivery_time: about.createTime + 1800,
    expected_finish_time: about.createTime + 3600,
    expected_pick_time: about.createTime + 2400,
    poi_seq: '108',
    note: '不要按门铃，宝宝在睡觉',
    order_time: about.createTime - 60,
    is_insured: 0,
    declared_value: 199,
    tips: 2,
    is_direct_delivery: 0,
    cash_on_delivery: 0,
    cash_on_pickup: 0,
    rider_pick_method: 1,
    is_finish_code_needed: 0,
    is_pickup_code_needed: 1,
  },
})
const bookedOrder = (about: About) => ({ wx_token: `token_${about.id}`, ...order(about) })

export const DELIVERY_SAMPLES = samples<keyof typeof DELIVERY_EVENTS>(platformEvent, {
  mock_update_order_status: [
    '配送公司：模拟更新配送单状态',
    'delivery company: a status is simulated',
    (about) => ({
      ...signed(about),
      order_status: 301,
      action_time: about.createTime - 2,
      action_msg: '骑手已取货，配送中',
    }),
  ],
  transport_precreate_order: ['配送公司：预下单', 'delivery company: what would an order cost', order],
  transport_add_order: ['配送公司：下单', 'delivery company: an order', bookedOrder],
  transport_readd_order: ['配送公司：重新下单', 'delivery company: an order once more', bookedOrder],
  transport_add_tips: [
    '配送公司：加小费',
    'delivery company: a tip is added',
    (about) => ({ ...signed(about), tips: 5, remark: '雨天路滑，辛苦了' }),
  ],
  transport_precancel_order: ['配送公司：预取消订单', 'delivery company: what would a cancellation cost', cancellation],
  transport_cancel_order: ['配送公司：取消订单', 'delivery company: an order is cancelled', cancellation],
  transport_confirm_return_to_biz: ['配送公司：商户确认收到退货', 'delivery company: the goods are returned', signed],
  transport_query_order_status: ['配送公司：查询订单状态', 'delivery company: the status is asked for', signed],
  transport_get_agent_pos: ['配送公司：查询骑手位置', 'delivery company: where is the rider', waybill],
  transport_set_rider_score: [
    '配送公司：给骑手评分',
    'delivery company: the rider is rated',
    (about) => ({ ...waybill(about), delivery_ontime_score: 5, cargo_intact_score: 4, attitude_score: 5 }),
  ],
  get_pre_auth_code: [
    '配送公司：获取预授权码',
    'delivery company: a pre-authorisation code is asked for',
    ({ appId }) => ({ wx_appid: appId }),
  ],
  get_auth_info: [
    '配送公司：使用授权码拉取授权信息',
    'delivery company: a code is exchanged',
    ({ appId, id }) => ({ wx_appid: appId, code: `code_${id}` }),
  ],
  cancel_auth_account: [
    '配送公司：取消授权账号',
    'delivery company: an authorisation ends',
    ({ appId }) => ({ shopid: 'test_shop_id', wx_appid: appId }),
  ],
})
