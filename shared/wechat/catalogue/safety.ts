import type { AppId } from '../../kernel/ids.ts'
import { number, optionalText, part, parts, type Shape, text } from '../shape.ts'

/** `suggest` is `pass`, `review` or `risky`; `label` 100 normal, 20001 politics, 20002 porn, 20006 illegal, 21000 other. */
const verdict = { suggest: text('suggest'), label: number('label') }

/** @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/sec-center/sec-check/mediaCheckAsync.html */
export const SAFETY_EVENTS = {
  /** The result of `media_check_async`, within 30 minutes, for the request that answered the same `trace_id`. */
  wxa_media_check: {
    appId: text<AppId>('appid'),
    traceId: text('trace_id'),
    /** 2, or missing in the old form, which has `isRisky`, `statusCode` and `extraInfoJson` and no `result`. */
    version: number('version'),
    /** Only 0 makes the result valid; -1008: the media could not be downloaded. */
    errCode: number('errcode'),
    errMsg: text('errmsg'),
    result: part('result', verdict),
    /** `prob` is 0 to 100. */
    detail: parts('detail', {
      strategy: text('strategy'),
      errCode: number('errcode'),
      ...verdict,
      prob: number('prob'),
    }),
    /** 0 or 1. */
    isRisky: number('isrisky'),
    /** 0 is done; 4294966288 is -1008 without its sign. */
    statusCode: number('status_code'),
    extraInfoJson: optionalText('extra_info_json'),
  },
} as const satisfies Record<string, Shape>
