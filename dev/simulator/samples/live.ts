import type { LIVE_EVENTS } from '../../../shared/wechat/catalogue/live.ts'
import { platformEvent, samples, wrapped } from './sample.ts'

export const LIVE_SAMPLES = samples<keyof typeof LIVE_EVENTS>(platformEvent, {
  wxalive_follow_notify: [
    '用户长期订阅直播间',
    'a user follows the live room',
    (about) =>
      wrapped(about, 'FollowNotify', {
        room_id: 5,
        user_openid: about.openId,
        time: about.createTime - 2,
        live_status: 101,
        action: 'add_follow',
      }),
  ],
  wxalive_push_message_notify: [
    '直播长期订阅群发结果',
    'the result of a message to the followers of a live room',
    (about) =>
      wrapped(about, 'PushMessageApiNotify', {
        message_id: String(about.id),
        room_id: 5,
        total_count: 1280,
        success_count: 1203,
        openid_error_count: 2,
        relation_error_count: 41,
        user_recv_limit_count: 30,
        internal_error_count: 4,
      }),
  ],
})
