import { type Clock, toSeconds } from '../../../shared/kernel/time.ts'
import type { CallbackEvent, SentCallback, Tamper } from './callback-sender.ts'
import { mailboxes } from './mailbox.ts'
import { bodyOf, type Message, messages, type Said } from './message.ts'
import { type OnFailure, passageOf } from './passage.ts'
import type { ImPlatform } from './platform.ts'

/** What everybody who sends may say of the sending. */
export interface Sending {
  readonly platform?: ImPlatform | 'RESTAPI'
  readonly cloudCustomData?: string
  readonly isOnlineOnly?: boolean
  readonly tamper?: Tamper | undefined
}

export type C2cSending = Said &
  Sending & {
    readonly from: string
    readonly to: string
    readonly seq?: number | undefined
    readonly random?: number | undefined
    /** The message passes and cannot be delivered: `SendMsgResult`. */
    readonly failure?: { readonly errorCode: number; readonly errorInfo: string }
    /** Callbacks that this message does without. */
    readonly withoutCallbacks?: ReadonlyArray<'before' | 'after'>
  }

export interface SentMessage {
  /** As it was sent: what was delivered may be rewritten. */
  readonly message: Message
  /** What the sender sees; 0 for a message that was dropped, too. */
  readonly errorCode: number
  readonly errorInfo: string
  readonly isDelivered: boolean
  readonly before: SentCallback | undefined
  readonly after: SentCallback | undefined
}

/** What both kinds of messages need of IM. */
export interface MessageWorld {
  readonly clock: Clock
  readonly tell: (event: CallbackEvent, tamper?: Tamper) => Promise<SentCallback | undefined>
  readonly importAccount: (userId: string) => void
  readonly isOnline: (userId: string) => boolean
  readonly onFailure: OnFailure
}

/** One-to-one messages, and the callbacks around them. */
export function c2cMessages({ clock, tell, importAccount, isOnline, onFailure }: MessageWorld) {
  const compose = messages(clock)
  const boxes = mailboxes()
  return { send, read, recall, delivered: boxes.contentOf }

  async function send(sending: C2cSending): Promise<SentMessage> {
    const { from, to, seq, random, platform = 'Web', tamper, failure, withoutCallbacks = [] } = sending
    const { cloudCustomData = '', isOnlineOnly = false } = sending
    for (const userId of [from, to]) importAccount(userId)
    const message = compose({ from, to, seq, random, body: bodyOf(sending), cloudCustomData, isOnlineOnly })
    const before = withoutCallbacks.includes('before')
      ? undefined
      : await tell(messageEvent('C2C.CallbackBeforeSendMsg', message, platform), tamper)
    const passage = passageOf(before?.verdict, message, onFailure)
    if (passage.kind !== 'passes') {
      const { errorCode, errorInfo } = passage.kind === 'refused' ? passage : SUCCESS
      return { message, errorCode, errorInfo, isDelivered: false, before, after: undefined }
    }
    const passed = { ...message, ...passage.content }
    const isDelivered = failure === undefined && (!isOnlineOnly || isOnline(to))
    if (isDelivered) boxes.put(passed)
    const { errorCode, errorInfo } = failure ?? SUCCESS
    const result = {
      UnreadMsgNum: failure === undefined ? boxes.unreadOf(to) : -1,
      SendMsgResult: errorCode,
      ErrorInfo: failure === undefined ? 'send msg succeed' : errorInfo,
    }
    const after = withoutCallbacks.includes('after')
      ? undefined
      : await tell(messageEvent('C2C.CallbackAfterSendMsg', passed, platform, result), tamper)
    return { message, errorCode, errorInfo, isDelivered, before, after }
  }

  /** The reader has seen what the peer wrote. */
  async function read(reader: string, peer: string, { platform = 'Web', tamper }: Sending = {}) {
    boxes.read(reader, peer)
    const members = { LastReadTime: toSeconds(clock()), UnreadMsgNum: boxes.unreadOf(reader) }
    const who = { Report_Account: reader, Peer_Account: peer }
    return await tell(eventOf('C2C.CallbackAfterMsgReport', platform, { ...who, ...members }), tamper)
  }

  /** The sender takes a message back. */
  async function recall(message: Message, { platform = 'Web', tamper }: Sending = {}) {
    boxes.takeBack(message)
    const { from, to, key } = message
    const members = { From_Account: from, To_Account: to, MsgKey: key, UnreadMsgNum: boxes.unreadOf(to) }
    return await tell(eventOf('C2C.CallbackAfterMsgWithDraw', platform, members), tamper)
  }
}

const SUCCESS = { errorCode: 0, errorInfo: '' }

/** Every body repeats the command. */
export const eventOf = (
  command: string,
  platform: string,
  members: Readonly<Record<string, unknown>>,
): CallbackEvent => ({
  command,
  platform,
  body: { CallbackCommand: command, ...members },
})

function messageEvent(command: string, message: Message, platform: string, result: object = {}): CallbackEvent {
  return eventOf(command, platform, {
    From_Account: message.from,
    To_Account: message.to,
    MsgSeq: message.seq,
    MsgRandom: message.random,
    MsgTime: message.time,
    MsgKey: message.key,
    MsgId: message.id,
    OnlineOnlyFlag: message.isOnlineOnly ? 1 : 0,
    MsgBody: message.body,
    CloudCustomData: message.cloudCustomData,
    ...result,
  })
}
