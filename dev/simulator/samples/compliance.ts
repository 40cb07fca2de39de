import type { COMPLIANCE_EVENTS } from '../../../shared/wechat/catalogue/compliance.ts'
import { platformEvent, samples } from './sample.ts'

const RULE = {
  rule_url: 'https://developers.weixin.qq.com/miniprogram/product/index.html#_5-1-滥用分享行为',
  rule_name: '《微信小程序平台运营规范》5.行为规范-5.1滥用分享行为',
}

export const COMPLIANCE_SAMPLES = samples<keyof typeof COMPLIANCE_EVENTS>(platformEvent, {
  wxa_illegal_record: [
    '小程序违规记录',
    'a violation was recorded',
    ({ appId, createTime, id }) => ({
      illegal_record_id: String(id),
      appid: appId,
      create_time: createTime - 60,
      illegal_reason: '存在诱导分享行为',
      illegal_content: '页面 pages/lottery/index 提示“分享到三个群即可抽奖”',
      ...RULE,
    }),
  ],
  wxa_appeal_record: [
    '申诉记录更新',
    'an appeal changed',
    ({ appId, createTime, id }) => ({
      appeal_record_id: String(id),
      appid: appId,
      appeal_time: createTime - 86_400,
      appeal_count: 1,
      appeal_from: 0,
      appeal_status: 3,
      audit_time: createTime - 60,
      audit_reason: '申诉材料不足以证明活动已下线',
      punish_description: '封禁分享功能 7 天',
      material: [
        {
          illegal_material: { content: '分享到三个群即可抽奖', content_url: `https://mmbiz.qpic.cn/illegal_${id}/0` },
          appeal_material: {
            reason: '活动页面已于昨日下线，并已整改分享文案。',
            proof_material_id: [`proof_${id}`, `proof_${id + 1n}`],
          },
        },
      ],
    }),
  ],
  wxa_punish_event: [
    '小程序违规处罚',
    'the mini program is punished',
    ({ appId, createTime, id }) => ({
      punish_id: String(id),
      appid: appId,
      punish_time: createTime - 2,
      illegal_reason: '存在诱导分享行为',
      illegal_content: ['分享到三个群即可抽奖'],
      detail: '{"banned_days":[7,7],"banned_function_names":["分享朋友圈","客服消息接口"]}',
      ...RULE,
      adjust_guide_url: 'https://mp.weixin.qq.com/s/73rLZmwPeQ87Q89DYQcfkw',
      event_type: 2,
    }),
  ],
})
