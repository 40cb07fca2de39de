import type { AppId } from '../../kernel/ids.ts'
import { number, part, parts, type Shape, text, time } from '../shape.ts'

const wxAppId = text<AppId>('wx_appid')
const deliverySign = text('delivery_sign')
const waybillId = text('waybill_id')

const shop = { shopId: text('shopid'), shopOrderId: text('shop_order_id'), shopNo: text('shop_no') }
const waybill = { ...shop, waybillId }
const signedWaybill = { ...waybill, deliverySign }
const cancellation = {
  ...signedWaybill,
  cancelReasonId: number('cancel_reason_id'),
  cancelReason: text('cancel_reason'),
}

const place = {
  name: text('name'),
  city: text('city'),
  address: text('address'),
  addressDetail: text('address_detail'),
  phone: text('phone'),
  lng: number('lng'),
  lat: number('lat'),
  /** 0 Mars coordinates (Tencent, AMap), 1 Baidu. */
  coordinateType: number('coordinate_type'),
}

/** Yuan, centimetres and kilograms. */
const cargo = {
  goodsValue: number('goods_value'),
  goodsHeight: number('goods_height'),
  goodsLength: number('goods_length'),
  goodsWidth: number('goods_width'),
  goodsWeight: number('goods_weight'),
  goodsDetail: part('goods_detail', {
    goods: parts('goods', {
      count: number('good_count'),
      name: text('good_name'),
      price: number('good_price'),
      unit: text('good_unit'),
    }),
  }),
  goodsPickupInfo: text('goods_pickup_info'),
  goodsDeliveryInfo: text('goods_delivery_info'),
  cargoFirstClass: text('cargo_first_class'),
  cargoSecondClass: text('cargo_second_class'),
}

/** Amounts in yuan; the questions (`is…`) are 0 or 1. */
const orderInfo = {
  deliveryServiceCode: text('delivery_service_code'),
  /** 0 now, 1 at the expected time. */
  orderType: number('order_type'),
  expectedDeliveryTime: time('expected_delivery_time'),
  expectedFinishTime: time('expected_finish_time'),
  expectedPickTime: time('expected_pick_time'),
  poiSeq: text('poi_seq'),
  note: text('note'),
  orderTime: time('order_time'),
  isInsured: number('is_insured'),
  declaredValue: number('declared_value'),
  tips: number('tips'),
  isDirectDelivery: number('is_direct_delivery'),
  cashOnDelivery: number('cash_on_delivery'),
  cashOnPickup: number('cash_on_pickup'),
  /** 1 the rider comes to the shop, 2 the shop brings it. */
  riderPickMethod: number('rider_pick_method'),
  isFinishCodeNeeded: number('is_finish_code_needed'),
  isPickupCodeNeeded: number('is_pickup_code_needed'),
}

const order = {
  ...shop,
  deliverySign,
  sender: part('sender', place),
  receiver: part('receiver', place),
  cargo: part('cargo', cargo),
  orderInfo: part('order_info', orderInfo),
}
const bookedOrder = { ...order, wxToken: text('wx_token') }

/**
 * Instant delivery (即时配送): sent to delivery companies, which answer with the same envelope, `resultcode` and `resultmsg`.
 * What the merchant hears is `update_waybill_status`, in the logistics family.
 * @see https://developers.weixin.qq.com/miniprogram/dev/platform-capabilities/industry/immediate-delivery/overview.html
 */
export const DELIVERY_EVENTS = {
  /** WeChat's test of the status push; the codes are those of `update_waybill_status`. */
  mock_update_order_status: {
    ...signedWaybill,
    orderStatus: number('order_status'),
    actionTime: time('action_time'),
    actionMsg: text('action_msg'),
  },
  transport_precreate_order: order,
  transport_add_order: bookedOrder,
  transport_readd_order: bookedOrder,
  /** `tips` in yuan. */
  transport_add_tips: { ...signedWaybill, tips: number('tips'), remark: text('remark') },
  transport_precancel_order: cancellation,
  transport_cancel_order: cancellation,
  transport_confirm_return_to_biz: signedWaybill,
  transport_query_order_status: signedWaybill,
  transport_get_agent_pos: waybill,
  /** Scores from 1 to 5. */
  transport_set_rider_score: {
    ...waybill,
    deliveryOntimeScore: number('delivery_ontime_score'),
    cargoIntactScore: number('cargo_intact_score'),
    attitudeScore: number('attitude_score'),
  },
  get_pre_auth_code: { wxAppId },
  get_auth_info: { wxAppId, code: text('code') },
  cancel_auth_account: { shopId: text('shopid'), wxAppId },
} as const satisfies Record<string, Shape>
