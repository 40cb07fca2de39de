import { number, part, type Shape, text, time } from '../shape.ts'

const reason = text('reason')
const auditId = text('audit_id')
/** 2 refused, 3 passed. */
const ret = number('ret')
/** 3 passed, 2 refused; for places on the map 0 passed, 1 refused. */
const status = number('status')

/**
 * Results of reviews by WeChat. Those of code, name, category and privacy reach the third-party platform where one manages the
 * mini program.
 * @see https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/code/audit_event.html
 */
export const AUDIT_EVENTS = {
  weapp_audit_success: { succTime: time('SuccTime') },
  /** `reason` may hold HTML (`<br>`), `screenShot` media ids joined by `|`. */
  weapp_audit_fail: { reason: text('Reason'), failTime: time('FailTime'), screenShot: text('ScreenShot') },
  weapp_audit_delay: { reason: text('Reason'), delayTime: time('DelayTime') },
  wxa_nickname_audit: { ret, nickname: text('nickname'), reason },
  /** `first` and `second` are category ids. */
  wxa_category_audit: { ret, first: text('first'), second: text('second'), reason },
  /** The review of an API that touches privacy, such as `wx.getLocation`. */
  wxa_privacy_apply: {
    result: part('result_info', {
      apiName: text('api_name'),
      applyTime: time('apply_time'),
      auditId,
      auditTime: time('audit_time'),
      reason,
      status,
    }),
  },
  add_nearby_poi_audit_info: { auditId, status, reason, poiId: text('poi_id') },
  nearby_category_audit_info: { auditId, status, reason },
  create_map_poi_audit_info: {
    auditId,
    status,
    mapPoiId: text('map_poi_id'),
    name: text('name'),
    address: text('address'),
    longitude: number('longitude'),
    latitude: number('latitude'),
    shRemark: text('sh_remark'),
  },
  /** The fee of WeChat's verification (微信认证) is paid. */
  wx_verify_pay_succ: { orderId: text('OrderId', 'OrderID') },
  /** The verification is handed to a provider. */
  wx_verify_dispatch: { provider: text('Provider'), contact: text('Contact'), dispatchTime: time('DispatchTime') },
} as const satisfies Record<string, Shape>
