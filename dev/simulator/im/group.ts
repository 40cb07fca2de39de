import { toSeconds } from '../../../shared/kernel/time.ts'
import { eventOf, type MessageWorld, type Sending } from './c2c.ts'
import type { SentCallback } from './callback-sender.ts'
import { aRandom, bodyOf, type Said } from './message.ts'
import { type Content, passageOf } from './passage.ts'

export type GroupSending = Said &
  Sending & {
    readonly from: string
    /** Whose request it was; the sender's own, unless said otherwise. */
    readonly operator?: string
    /** `@TGS#…` */
    readonly group: string
    readonly type?: 'Public' | 'Work' | 'Meeting' | 'Community' | 'AVChatRoom'
    readonly topic?: string
    /** Who is mentioned with an @. */
    readonly mention?: readonly string[]
    /** @all */
    readonly all?: boolean
  }

export interface SentGroupMessage {
  /** The server's, increasing within the group; `undefined` for a message that went nowhere. */
  readonly seq: number | undefined
  readonly errorCode: number
  readonly errorInfo: string
  readonly isDelivered: boolean
  readonly before: SentCallback | undefined
  readonly after: SentCallback | undefined
}

/** Messages in groups. Who is in one is not known here: whoever is named is. */
export function groupMessages({ clock, tell, importAccount, onFailure }: Omit<MessageWorld, 'isOnline'>) {
  const lastSeqs = new Map<string, number>()
  return { send }

  async function send(sending: GroupSending): Promise<SentGroupMessage> {
    const { platform = 'Web', tamper, cloudCustomData = '' } = sending
    for (const userId of [sending.from, ...(sending.mention ?? [])]) importAccount(userId)
    const random = aRandom()
    const asked: Content = { body: bodyOf(sending), cloudCustomData }
    const event = (command: string, content: Content, more: object = {}) =>
      eventOf(command, platform, { ...membersOf(sending, random, content), ...more, EventTime: clock() })
    const before = await tell(event('Group.CallbackBeforeSendMsg', asked), tamper)
    const passage = passageOf(before?.verdict, asked, onFailure)
    if (passage.kind !== 'passes') {
      const { errorCode, errorInfo } = passage.kind === 'refused' ? passage : { errorCode: 0, errorInfo: '' }
      return { seq: undefined, errorCode, errorInfo, isDelivered: false, before, after: undefined }
    }
    const seq = nextSeq(sending)
    const time = toSeconds(clock())
    const placed = { MsgSeq: seq, MsgTime: time, MsgId: `144115233406643804-${time}-${random}`, ...mentions(sending) }
    const after = await tell(event('Group.CallbackAfterSendMsg', passage.content, placed), tamper)
    return { seq, errorCode: 0, errorInfo: '', isDelivered: true, before, after }
  }

  function nextSeq({ group, topic = '' }: GroupSending): number {
    const conversation = `${group} ${topic}`
    const seq = (lastSeqs.get(conversation) ?? 0) + 1
    lastSeqs.set(conversation, seq)
    return seq
  }
}

function membersOf(sending: GroupSending, random: number, { body, cloudCustomData }: Content) {
  const { group, from, operator = from, type = 'Public', topic, isOnlineOnly = false } = sending
  return {
    GroupId: group,
    ...(topic === undefined ? {} : { TopicId: topic }),
    Type: type,
    From_Account: from,
    Operator_Account: operator,
    Random: random,
    OnlineOnlyFlag: isOnlineOnly ? 1 : 0,
    MsgBody: body,
    CloudCustomData: cloudCustomData,
  }
}

function mentions({ mention = [], all = false }: GroupSending): object {
  const named = mention.map((userId) => ({ GroupAtAllFlag: 0, GroupAt_Account: userId }))
  const everybody = all ? [{ GroupAtAllFlag: 1 }] : []
  return named.length + everybody.length === 0 ? {} : { GroupAtInfo: [...named, ...everybody] }
}
