import type { AppId } from '../../kernel/ids.ts'
import { number, optionalText, part, type Shape, text } from '../shape.ts'

/** @see https://developers.weixin.qq.com/miniprogram/dev/server/event_push/guarantee/negative.html */
export const PLATFORM_EVENTS = {
  /** A paid service runs out. */
  charge_service_quota_notify: {
    /** 3: usage, with the quotas; 4: validity, with its end. */
    eventType: number('event_type'),
    appId: text<AppId>('appid'),
    spuId: text('spu_id'),
    spuName: text('spu_name'),
    totalQuota: number('total_quota'),
    totalUsedQuota: number('total_used_quota'),
    validityEndTime: optionalText('validity_end_time'),
  },
  /** A user rated the mini program badly; customer-service messages to that user can be unlocked with the comment's id. */
  wxa_comment_bad_score: { result: part('result', { commentId: text('comment_id') }) },
  /** Sent by WeChat's debug page, which also takes an answer with content. */
  debug_demo: { debugStr: text('debug_str') },
} as const satisfies Record<string, Shape>
