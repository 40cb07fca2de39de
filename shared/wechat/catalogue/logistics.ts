import { number, part, parts, type Shape, text, time } from '../shape.ts'

/**
 * What merchants hear of their parcels; answered with `success`.
 * @see https://developers.weixin.qq.com/miniprogram/dev/platform-capabilities/industry/express/business/express_sf.html
 */
export const LOGISTICS_EVENTS = {
  /** The track of a parcel changed. */
  add_express_path: {
    deliveryId: text('DeliveryID'),
    waybillId: text('WayBillId', 'WayBillID'),
    orderId: text('OrderId', 'OrderID'),
    version: number('Version'),
    count: number('Count'),
    /**
     * `actionType`: 100001 collected, 100002 collection failed, 100003 courier assigned, 200001 in transit, 300002 out for
     * delivery, 300003 signed, 300004 sign failed, 400001 cancelled, 400002 held.
     */
    actions: parts('Actions', {
      actionTime: time('ActionTime'),
      actionType: number('ActionType'),
      actionMsg: text('ActionMsg'),
      lat: number('Lat'),
      lng: number('Lng'),
    }),
  },
  /** The binding of a courier account is reviewed; `errCode` 0 is bound. */
  update_business_bind_result: {
    deliveryId: text('delivery_id'),
    bizId: text('biz_id'),
    errCode: number('errcode'),
    errMsg: text('errmsg'),
  },
  /** An instant delivery (即时配送) moved on. */
  update_waybill_status: {
    shopId: text('shopid'),
    shopOrderId: text('shop_order_id'),
    shopNo: text('shop_no'),
    waybillId: text('waybill_id'),
    actionTime: time('action_time'),
    /**
     * 101 waiting for a rider, 102 assigned, 103 merchant cancelled, 201 rider at the shop, 202 picked up, 203 to 205 pick-up
     * failed, 301 delivering, 302 delivered, 303 to 305 returning, 401 returned, 501 and 502 cancelled by system or force majeure.
     */
    orderStatus: number('order_status'),
    actionMsg: text('action_msg'),
    agent: part('agent', { name: text('name'), phone: text('phone'), reachTime: time('reach_time') }),
  },
} as const satisfies Record<string, Shape>
