import { sha256 } from '../../../shared/kernel/bytes.ts'
import type { Secret } from '../../../shared/kernel/secret.ts'
import { type Clock, toSeconds } from '../../../shared/kernel/time.ts'
import type { Members } from '../api/call.ts'
import { type Exchange, exchange } from '../exchange.ts'
import { type CallbackVerdict, isBefore, judgeOf } from './callback-verdict.ts'

/** IM waits 2 s for an answer. */
const ANSWER_WITHIN_MS = 2000

/** An address for documentation, RFC 5737: the end user's, not IM's. */
const CLIENT_IP = '203.0.113.7'

/** What is ticked unless somebody says otherwise: nothing that a message waits for. */
const AFTER_EVENTS: readonly string[] = [
  'State.StateChange',
  'C2C.CallbackAfterSendMsg',
  'C2C.CallbackAfterMsgReport',
  'C2C.CallbackAfterMsgWithDraw',
  'Group.CallbackAfterSendMsg',
]

/** The console's callback configuration. */
export interface CallbackSettings {
  readonly url: string | (() => string)
  /** Of the callback authentication. */
  readonly token: Secret
  /** The callbacks that are ticked; those after events, unless said otherwise. */
  readonly commands?: readonly string[]
  /** How often a callback after an event is tried again: 0, unless switched on. */
  readonly retries?: number
}

/** One request as IM sends it. */
interface CallbackRequest {
  /** Without the question mark. */
  readonly query: string
  readonly body: string
}

/** Changes a request on its way: a forger, a proxy. */
export type Tamper = (request: CallbackRequest) => CallbackRequest

export type CallbackTry = Exchange<CallbackVerdict>

/** A callback and how it was answered; what the last try says is what counts. */
export interface SentCallback {
  /** ISO, by the simulator's clock. */
  readonly at: string
  readonly command: string
  /** `OptPlatform` */
  readonly platform: string
  readonly body: Members
  readonly tries: readonly CallbackTry[]
  readonly verdict: CallbackVerdict
}

/** An event to tell of. */
export type CallbackEvent = Pick<SentCallback, 'command' | 'platform' | 'body'>

interface SenderWorld {
  readonly sdkAppId: number
  readonly clock: Clock
  readonly callback: CallbackSettings | undefined
  readonly answerWithinMs?: number
}

export const signOf = (token: Secret, requestTime: string): string => sha256(token.reveal() + requestTime)

/** The part of IM that tells the application's server. */
export function callbackSender({ sdkAppId, clock, callback, answerWithinMs = ANSWER_WITHIN_MS }: SenderWorld) {
  const sent: SentCallback[] = []
  return { tell, again, all: (): readonly SentCallback[] => [...sent] }

  /** `undefined`: it is not ticked, or no URL is set. */
  async function tell(event: CallbackEvent, tamper?: Tamper): Promise<SentCallback | undefined> {
    const isTicked = (callback?.commands ?? AFTER_EVENTS).includes(event.command)
    return callback === undefined || !isTicked ? undefined : await deliver(event, callback, tamper)
  }

  /** The very same event once more, signed anew, as when IM tries again. */
  async function again(event: CallbackEvent, tamper?: Tamper): Promise<SentCallback> {
    if (callback === undefined) throw new TypeError('no URL is set')
    return await deliver(event, callback, tamper)
  }

  async function deliver(event: CallbackEvent, settings: CallbackSettings, tamper?: Tamper): Promise<SentCallback> {
    const { command, platform, body } = event
    const at = new Date(clock()).toISOString()
    const most = isBefore(command) ? 1 : 1 + (settings.retries ?? 0)
    let last = await once(event, settings, tamper)
    const tries = [last]
    while (tries.length < most && isToTryAgain(last)) {
      last = await once(event, settings, tamper)
      tries.push(last)
    }
    const told = { at, command, platform, body, tries, verdict: last.verdict }
    sent.push(told)
    return told
  }

  function once(event: CallbackEvent, { url, token }: CallbackSettings, tamper?: Tamper): Promise<CallbackTry> {
    const request = { query: queryOf(event, token), body: JSON.stringify(event.body) }
    const { query, body } = tamper === undefined ? request : tamper(request)
    return exchange<CallbackVerdict>({
      url: typeof url === 'string' ? url : url(),
      query,
      request: { method: 'POST', headers: { 'content-type': 'application/json' }, body },
      withinMs: answerWithinMs,
      judge: judgeOf(event.command),
    })
  }

  function queryOf({ command, platform }: CallbackEvent, token: Secret): string {
    const requestTime = String(toSeconds(clock()))
    return new URLSearchParams({
      SdkAppid: String(sdkAppId),
      CallbackCommand: command,
      contenttype: 'json',
      ClientIP: CLIENT_IP,
      OptPlatform: platform,
      Sign: signOf(token, requestTime),
      RequestTime: requestTime,
    }).toString()
  }
}

const isToTryAgain = ({ verdict: { kind } }: CallbackTry): boolean => kind === 'failed' || kind === 'unanswered'
