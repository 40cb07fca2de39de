import type { SAFETY_EVENTS } from '../../../shared/wechat/catalogue/safety.ts'
import { platformEvent, samples } from './sample.ts'

export const SAFETY_SAMPLES = samples<keyof typeof SAFETY_EVENTS>(platformEvent, {
  wxa_media_check: [
    '图片、音频安全检测结果',
    'the result of a media check',
    ({ appId, id }) => ({
      appid: appId,
      trace_id: `${id}-0001`,
      version: 2,
      detail: [
        { strategy: 'content_model', errcode: 0, suggest: 'risky', label: 20002, prob: 90 },
        { strategy: 'keyword', errcode: 0, suggest: 'pass', label: 100, prob: 12 },
      ],
      errcode: 0,
      errmsg: 'ok',
      result: { suggest: 'risky', label: 20002 },
    }),
  ],
})
