import { Fault } from '../../shared/kernel/fault.ts'
import type { MsgId, OpenId } from '../../shared/kernel/ids.ts'
import { refusal } from '../../shared/wechat/errcode.ts'
import type { SubscribeMessage } from '../../shared/wechat/outgoing.ts'

const CALL = 'POST /cgi-bin/message/subscribe/send'

/** What WeChat says to one message; an errcode is a refusal. */
type Answer = number | Fault | (() => Promise<MsgId | undefined>)

/** The request was cut before it left, or after: then WeChat may have it. */
export const cutBefore = (): Fault => new Fault('WECHAT_UNREACHABLE', { call: CALL, because: 'ECONNREFUSED' })
export const timedOut = (): Fault => new Fault('WECHAT_UNREACHABLE', { call: CALL, because: 'TimeoutError' })

/** Says what it is told to, one answer after the other; when nothing is left, it takes every message. */
export function scriptedWeChat() {
  const asked: { readonly to: OpenId; readonly message: SubscribeMessage; readonly msgId: MsgId }[] = []
  const script: Answer[] = []
  let lastId = 1_864_323_726_461_255_680n
  let isBusy = false

  async function sendSubscribeMessage(to: OpenId, message: SubscribeMessage): Promise<MsgId | undefined> {
    lastId += 3n
    const msgId = String(lastId) as MsgId
    asked.push({ to, message, msgId })
    const answer = script.shift()
    if (answer === undefined) return msgId
    if (typeof answer === 'number') throw refusal(CALL, answer, '')
    if (answer instanceof Fault) throw answer
    isBusy = true
    return await answer()
  }

  return {
    asked,
    sendSubscribeMessage,
    says: (...answers: readonly Answer[]) => void script.push(...answers),
    /** Whoever asks next gets no answer and dies waiting. */
    dies: () => void script.push(() => new Promise(() => undefined)),
    isAskedInVain: () => isBusy,
  }
}
