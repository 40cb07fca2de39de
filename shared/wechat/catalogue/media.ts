import { number, part, type Shape, text, time } from '../shape.ts'

/** `status`: 0 none, 1 running, 2 finally refused, 3 passed, 4 refused for correction. */
const audit = { status: number('status'), createdAt: time('create_time'), auditTime: time('audit_time') }

/**
 * Short dramas (短剧) and books (小说).
 * @see https://developers.weixin.qq.com/miniprogram/dev/server/event_push/mini_drama/drama_review_status_event.html
 */
export const MEDIA_EVENTS = {
  /** `sourceContext` is what the upload request carried. */
  secvod_upload_event: {
    upload: part('upload_event', {
      mediaId: text('media_id'),
      sourceContext: text('source_context'),
      errCode: number('errcode'),
      errMsg: text('errmsg'),
    }),
  },
  secvod_audit_event: {
    audit: part('audit_event', {
      dramaId: text('drama_id'),
      /** `auditType`: 0 first, 1 again, 2 episodes replaced, 3 information edited. */
      detail: part('audit_detail', { ...audit, auditType: number('audit_type') }),
    }),
  },
  secbook_audit_event: {
    audit: part('audit_event', { bookId: text('book_id'), detail: part('audit_detail', audit) }),
  },
} as const satisfies Record<string, Shape>
