import type { AppId } from '../../kernel/ids.ts'
import { number, part, parts, type Shape, text, time } from '../shape.ts'

// WeChat spells these ids differently from event to event.
const orderId = text('OrderID', 'OrderId')
const waybillId = text('WayBillID', 'WayBillId', 'WaybillId', 'WaybillID')

const person = {
  name: text('Name'),
  tel: text('Tel'),
  mobile: text('Mobile'),
  province: text('Province'),
  city: text('City'),
  area: text('Area'),
  address: text('Address'),
}
const customer = { ...person, company: text('Company'), postCode: text('PostCode'), country: text('Country') }
const individual = { ...person, street: text('Street'), addressId: text('Id') }

/** Centimetres and kilograms. */
const cargo = {
  count: number('Count'),
  spaceX: number('Space_X', 'space_x'),
  spaceY: number('Space_Y', 'space_y'),
  spaceZ: number('Space_Z', 'space_z'),
  weight: number('Weight', 'weight'),
  detailList: parts('DetailList', { name: text('Name'), count: number('Count') }),
}
/** Kilograms; `special` is the kind of goods. */
const goodDetail = part('GoodDetail', { weight: number('Weight'), special: number('Special') })
/** `useInsured` is 0 or 1, `insuredValue` fen. */
const insured = part('Insured', { useInsured: number('UseInsured'), insuredValue: number('InsuredValue') })

/** The merchant's account with the courier. */
const account = { bizId: text('BizID'), bizPwd: text('BizPwd'), shopAppId: text<AppId>('ShopAppID') }
const single = { token: text('Token'), wxAppId: text<AppId>('WXAppId'), orderId }

/**
 * Sent to courier companies, which answer with the same envelope, `ResultCode` and `ResultMsg`.
 * @see https://developers.weixin.qq.com/miniprogram/dev/platform-capabilities/industry/express/delivery/single-delivery.html
 */
export const EXPRESS_EVENTS = {
  add_waybill: {
    token: text('Token'),
    orderId,
    ...account,
    /** `0`: the courier assigns one. */
    waybillId,
    remark: text('Remark'),
    sender: part('Sender', customer),
    receiver: part('Receiver', customer),
    cargo: part('Cargo', cargo),
    insured,
    service: part('Service', { serviceType: number('ServiceType'), serviceName: text('ServiceName') }),
  },
  cancel_waybill: { orderId, ...account, waybillId },
  check_biz: {
    ...account,
    shopName: text('ShopName'),
    /** WeChat's spelling: `ShopTelphone`. */
    shopTelephone: text('ShopTelphone', 'ShopTelephone'),
    shopContact: text('ShopContact'),
    serviceName: text('ServiceName'),
    senderAddress: text('SenderAddress'),
    senderProvince: text('SenderProvince'),
    senderCity: text('SenderCity'),
    senderArea: text('SenderArea'),
  },
  get_quota: account,
  waybill_notify_query: { waybillId, senderPhone: text('SenderPhone'), receiverPhone: text('ReceiverPhone') },
  add_single_waybill: {
    ...single,
    sender: part('Sender', individual),
    receiver: part('Receiver', individual),
    goodDetail,
    insured,
    expectStartTime: time('ExpectStartTime'),
    expectEndTime: time('ExpectEndTime'),
    /** WeChat's spelling: `Settingment`. */
    settlement: number('Settingment', 'Settlement'),
    companyId: text('CompanyID'),
    account: text('Account'),
    accountPwd: text('AccountPwd'),
    remark: text('Remark'),
    pickUpStartTime: time('PickUpStartTime'),
    pickUpEndTime: time('PickUpEndTime'),
    scene: number('Scene'),
  },
  cancel_single_waybill: {
    ...single,
    waybillId,
    cancelId: text('CancelID', 'CancelId'),
    cancelReason: text('CancelReason'),
  },
  query_single_waybill: { ...single, waybillId },
  query_single_waybill_fee: {
    sender: part('Sender', individual),
    receiver: part('Receiver', individual),
    goodDetail,
    scene: number('Scene'),
  },
  waybill_query_expect_time_range: {
    wxAppId: text<AppId>('WXAppId'),
    province: text('Province'),
    city: text('City'),
    area: text('Area'),
    street: text('Street'),
    address: text('Address'),
    addressId: text('Id'),
  },
  /** Fees in fen. */
  notify_single_waybill_pay: {
    ...single,
    waybillId,
    fee: number('Fee'),
    originalFee: number('OriginalFee'),
    payOrderId: text('PayOrderId'),
    payFinishTime: time('PayFinishTime'),
  },
  waybill_evaluate_agent: { ...single, waybillId, courierType: number('CourierType'), score: number('Score') },
  waybill_complaint: {
    ...single,
    waybillId,
    complainType: number('ComplainType'),
    content: text('Content'),
    /** Links joined by `|`. */
    pic: text('Pic'),
    name: text('Name'),
    phone: text('Phone'),
  },
  remind_waybill: { ...single, waybillId },
} as const satisfies Record<string, Shape>
