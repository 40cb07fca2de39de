import type { AUDIT_EVENTS } from '../../../shared/wechat/catalogue/audit.ts'
import { platformEvent, samples } from './sample.ts'

export const AUDIT_SAMPLES = samples<keyof typeof AUDIT_EVENTS>(platformEvent, {
  weapp_audit_success: ['代码审核通过', 'the code review passed', ({ createTime }) => ({ SuccTime: createTime - 2 })],
  weapp_audit_fail: [
    '代码审核未通过',
    'the code review was refused',
    ({ createTime, id }) => ({
      Reason:
        '1:账号信息不符合规范:<br>(1):你的小程序头像与实际经营内容不符，请修改后重新提交。<br>2:服务类目"商家自营_食品"与页面内容不一致<br>',
      FailTime: createTime - 2,
      ScreenShot: `shot_${id}|shot_${id + 1n}`,
    }),
  ],
  weapp_audit_delay: [
    '代码审核延后',
    'the code review is delayed',
    ({ createTime }) => ({
      Reason: '为了更好地完成审核，请补充《食品经营许可证》后等待审核。',
      DelayTime: createTime - 2,
    }),
  ],
  wxa_nickname_audit: [
    '名称审核结果',
    'the name was reviewed',
    () => ({ ret: 2, nickname: '老茶铺·龙井', reason: '名称与已有公众号相近，请补充商标注册证。' }),
  ],
  wxa_category_audit: [
    '类目审核结果',
    'a category was reviewed',
    () => ({ ret: 2, first: 304, second: 321, reason: '资质文件已过有效期，请上传有效的《食品经营许可证》。' }),
  ],
  wxa_privacy_apply: [
    '隐私接口权限审核结果',
    'the use of a privacy-related API was reviewed',
    ({ createTime, id }) => ({
      result_info: {
        api_name: 'wx.getLocation',
        apply_time: createTime - 86_400,
        audit_id: id,
        audit_time: createTime - 2,
        reason: '未说明使用地理位置的场景，请补充页面截图。',
        status: 2,
      },
    }),
  ],
  add_nearby_poi_audit_info: [
    '附近的小程序：地点审核结果',
    'a nearby place was reviewed',
    ({ id }) => ({ audit_id: id, status: 2, reason: '门头照与门店名称不一致', poi_id: id + 7n }),
  ],
  nearby_category_audit_info: [
    '附近的小程序：类目审核结果',
    'a category for nearby places was reviewed',
    ({ id }) => ({ audit_id: id, status: 2, reason: '营业执照经营范围不包含食品零售' }),
  ],
  create_map_poi_audit_info: [
    '腾讯地图地点创建结果',
    'a place on the map was reviewed',
    ({ id }) => ({
      audit_id: id,
      status: 0,
      map_poi_id: String(id + 7n),
      name: '老茶铺（西湖店）',
      address: '浙江省杭州市西湖区龙井路 88 号',
      longitude: 120.13026,
      latitude: 30.24585,
      sh_remark: '审核通过，预计 3 个工作日内在地图上展示',
    }),
  ],
  wx_verify_pay_succ: ['微信认证费用已支付', 'the verification fee is paid', ({ id }) => ({ OrderId: `WXRZ${id}` })],
  wx_verify_dispatch: [
    '微信认证已派单',
    'the verification is handed to a provider',
    ({ createTime }) => ({
      Provider: '南京审协网络科技有限公司',
      Contact: '025-88880000',
      DispatchTime: createTime - 2,
    }),
  ],
})
