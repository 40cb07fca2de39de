import type { PushMode } from '../../shared/kernel/push-mode.ts'
import { type Clock, systemClock, toSeconds } from '../../shared/kernel/time.ts'
import { isMiniGameEvent, readMessage } from '../../shared/wechat/message.ts'
import { formatOf, readWire } from '../../shared/wechat/wire.ts'
import { type Account, contentTypeOf, type Delivery, deliver, verification } from './delivery.ts'
import { type Exchange, exchange, type HttpAnswer } from './exchange.ts'
import { type Verdict, verdictOf } from './verdict.ts'

/** WeChat waits 5 s for an answer and tries three times in all; the tries may overlap. */
const ANSWER_WITHIN_MS = 5000
const TRIES = 3

export type Try = Exchange<Verdict>

export interface SendOptions {
  readonly mode: PushMode
  readonly clock?: Clock
  /** Three tries at once, as when the first two answers come too late. */
  readonly overlapping?: boolean
  /** Changes a delivery on its way: a forger, a proxy. */
  readonly tamper?: (delivery: Delivery) => Delivery
}

/** The part of WeChat that pushes. */
export function wechatSender(account: Account, url: string, answerWithinMs = ANSWER_WITHIN_MS) {
  return { push, verify }

  /** Each try is signed and sealed anew; the last one's verdict is what counts. */
  async function push(text: string, options: SendOptions): Promise<readonly Try[]> {
    if (options.overlapping === true) {
      return await Promise.all(Array.from({ length: TRIES }, () => once(text, options)))
    }
    const tries: Try[] = []
    do tries.push(await once(text, options))
    while (tries.length < TRIES && tries.at(-1)?.verdict.kind === 'unanswered')
    return tries
  }

  async function once(text: string, options: SendOptions): Promise<Try> {
    const { mode, clock = systemClock, tamper = (delivery) => delivery } = options
    const delivery = tamper(deliver(account, text, { mode, now: toSeconds(clock()) }))
    const format = formatOf(text)
    const headers = { 'content-type': contentTypeOf(format) }
    const request = { method: 'POST', headers, body: delivery.body }
    const sealed = mode !== 'plaintext' && !isAnsweredInClear(text)
    return await ask(delivery.query, request, (answer) => verdictOf(answer, account, format, sealed))
  }

  /** The check that runs when the console's settings are saved. */
  async function verify({ clock = systemClock }: { clock?: Clock } = {}): Promise<Try> {
    const { query, echostr } = verification(account, toSeconds(clock()))
    return await ask(query, { method: 'GET' }, ({ status, body }) => {
      if (status !== 200) return { kind: 'refused', status }
      return body === echostr ? { kind: 'delivered' } : { kind: 'abnormal', because: 'the answer is not the echostr' }
    })
  }

  function ask(query: string, request: RequestInit, judge: (answer: HttpAnswer) => Verdict): Promise<Try> {
    return exchange({ url, query, request, withinMs: answerWithinMs, judge })
  }
}

/** WeChat wants the answer to a mini game's payment in clear, however it was pushed. */
const isAnsweredInClear = (text: string): boolean => isMiniGameEvent(readMessage(readWire(text).fields).kind)
