import type { MEDIA_EVENTS } from '../../../shared/wechat/catalogue/media.ts'
import { platformEvent, samples } from './sample.ts'

export const MEDIA_SAMPLES = samples<keyof typeof MEDIA_EVENTS>(platformEvent, {
  secvod_upload_event: [
    '短剧媒资上传完成',
    'an episode was uploaded',
    ({ id }) => ({
      upload_event: { media_id: id, source_context: '{"drama":"茶香年华","episode":1}', errcode: 0, errmsg: 'success' },
    }),
  ],
  secvod_audit_event: [
    '短剧审核状态',
    'a drama was reviewed',
    ({ createTime }) => ({
      audit_event: {
        drama_id: 20001,
        audit_detail: { status: 3, audit_type: 0, create_time: createTime - 86_400, audit_time: createTime - 2 },
      },
    }),
  ],
  secbook_audit_event: [
    '小说审核状态',
    'a book was reviewed',
    ({ createTime, id }) => ({
      audit_event: {
        book_id: String(id),
        audit_detail: { status: 4, create_time: createTime - 86_400, audit_time: createTime - 2 },
      },
    }),
  ],
})
