import { allow, type Verdict } from '../im/answer.ts'
import type { BeforeMessage } from '../im/callback.ts'

/**
 * Whether a message of Tencent IM goes out, asked before it does, once C2C.CallbackBeforeSendMsg or Group.CallbackBeforeSendMsg is
 * switched on in IM's console: yours to change. Answer at once and from the message alone, IM waits 2 s: `allow`, `refuse`,
 * `refuseWith(120001, '…')`, `drop` (the sender sees success), `rewrite({ elements })`, all from shared/im/answer.ts.
 * 即时通信 IM 的消息发出之前在此审核（需在 IM 控制台开启“发送消息之前的回调”）：请改成自己的规则。须立即、仅凭消息本身作答，IM 只等 2 秒：
 * allow 放行，refuse 拒绝，refuseWith 附带错误码与提示，drop 静默丢弃，rewrite 改写内容。
 */
export const moderate = (_message: BeforeMessage): Verdict => allow
