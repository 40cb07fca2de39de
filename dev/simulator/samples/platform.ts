import type { PLATFORM_EVENTS } from '../../../shared/wechat/catalogue/platform.ts'
import { platformEvent, samples } from './sample.ts'

export const PLATFORM_SAMPLES = samples<keyof typeof PLATFORM_EVENTS>(platformEvent, {
  charge_service_quota_notify: [
    '付费服务用量提醒',
    'a paid service runs out',
    ({ appId }) => ({
      appid: appId,
      event_type: 3,
      spu_id: 10000077,
      spu_name: '手机号快速验证组件',
      total_quota: 1000,
      total_used_quota: 900,
    }),
  ],
  wxa_comment_bad_score: [
    '用户给出差评',
    'a user rated the mini program badly',
    ({ id }) => ({ result: { comment_id: String(id) } }),
  ],
  debug_demo: ['微信调试页面的测试推送', 'a test from WeChat’s debug page', () => ({ debug_str: 'hello world' })],
})
