import type { OpenId } from '../../kernel/ids.ts'
import { number, type Shape, shaped, text, time, unwrapped } from '../shape.ts'

const follow = {
  roomId: text('room_id'),
  openId: text<OpenId>('user_openid'),
  time: time('time'),
  /** 101 live, 102 not started, 103 ended. */
  liveStatus: number('live_status'),
  /** `add_follow` or `del_follow`. */
  action: text('action'),
}

const outcome = {
  messageId: text('message_id'),
  roomId: text('room_id'),
  totalCount: number('total_count'),
  successCount: number('success_count'),
  openidErrorCount: number('openid_error_count'),
  relationErrorCount: number('relation_error_count'),
  userRecvLimitCount: number('user_recv_limit_count'),
  internalErrorCount: number('internal_error_count'),
}

/**
 * XML wraps the members, JSON does not.
 * @see https://developers.weixin.qq.com/miniprogram/dev/server/event_push/liveplayer/status_synchronization.html
 */
export const LIVE_EVENTS = {
  /** A user follows the live room, or no longer. */
  wxalive_follow_notify: { follow: unwrapped('FollowNotify', shaped(follow)) },
  /** The final result of a message to all followers. */
  wxalive_push_message_notify: { outcome: unwrapped('PushMessageApiNotify', shaped(outcome)) },
} as const satisfies Record<string, Shape>
