import { sha256 } from '../kernel/bytes.ts'
import type { Push } from './receive.ts'

/**
 * What makes two deliveries the same push, beside the AppID and the openid: the `MsgId` of a message, or an event's CreateTime,
 * name and a hash of what it says. Timestamp, nonce and ciphertext are no part of it, a retry may be signed and sealed anew.
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
 */
export function dedupKeyOf({ message, fields }: Pick<Push, 'message' | 'fields'>): string {
  if ('msgId' in message && message.msgId !== '') return `msg-${message.msgId}`
  return `event-${message.createTime ?? 0}-${message.kind}-${sha256(JSON.stringify(fields))}`
}
