import type { UserId } from '../kernel/ids.ts'
import type { Platform } from '../kernel/platform.ts'
import { type Millis, millis, type Seconds, seconds } from '../kernel/time.ts'
import { type MessageElement, readElement } from './element.ts'
import { countIn, lacking, timeIn, userIn, wordIn } from './field.ts'
import { countOf, type Fields, fieldsOf, listOf, textOf } from './json.ts'
import { platformOf } from './platform.ts'
import { isUserId } from './user-id.ts'

interface Written {
  readonly from: UserId
  readonly elements: readonly MessageElement[]
  readonly cloudCustomData: string
  /** For whoever is online now and nobody else: typing and the like. */
  readonly isOnlineOnly: boolean
}

/** `C2C.CallbackAfterSendMsg`: one person has written to another, which may have failed. */
export interface SentMessage extends Written {
  readonly kind: 'message'
  readonly to: UserId
  /** `MsgKey`: tells the messages between two people apart. */
  readonly key: string
  readonly sentAt: Seconds
  readonly isDelivered: boolean
}

/** `Group.CallbackAfterSendMsg` */
export interface GroupMessage extends Written {
  readonly kind: 'group-message'
  readonly group: string
  /** Tells messages of any two groups apart. */
  readonly key: string
  readonly sentAt: Seconds
  /** The first 100, by name: `@all` mentions nobody, and nobody mentions themselves. */
  readonly mentioned: readonly UserId[]
}

/** A message that IM has not sent yet: what we answer decides. */
export type BeforeMessage = Written & { readonly kind: 'before-message' } & (
    | { readonly scope: 'person'; readonly to: UserId }
    | { readonly scope: 'group'; readonly group: string }
  )

/** `State.StateChange` */
export interface StateCallback {
  readonly kind: 'state'
  readonly userId: UserId
  readonly change: 'login' | 'logout' | 'disconnect' | 'custom-status'
  readonly platform: Platform
  /** That of the request where IM says none, as it did before 2021: a copy has the same. */
  readonly at: Millis
  /** Those that this login has logged out. */
  readonly kicked: readonly Platform[]
}

export type Callback =
  | SentMessage
  | GroupMessage
  | BeforeMessage
  | StateCallback
  /** All that `peer` has sent until then was read. */
  | { readonly kind: 'read'; readonly reader: UserId; readonly peer: UserId; readonly until: Seconds }
  | {
      readonly kind: 'recall'
      readonly from: UserId
      readonly to: UserId
      readonly key: string
      readonly sentAt: Seconds
    }
  /** What we have not met or have no use for: the list grows every few months. */
  | { readonly kind: 'other'; readonly command: string }

/** What the query says beside the body. */
export interface Told {
  readonly command: string
  readonly requestTime: string
  readonly platform: Platform
}

/** Its name, in the query and in the body. */
export const COMMAND = 'CallbackCommand'

/** Each of them is a write; no hand mentions more people in one message. */
const MOST_MENTIONED = 100

type Parser = (fields: Fields, told: Told) => Callback

/**
 * By `CallbackCommand`.
 * @see https://cloud.tencent.com/document/product/269/2716 C2C.CallbackAfterSendMsg
 * @see https://cloud.tencent.com/document/product/269/1632 C2C.CallbackBeforeSendMsg
 * @see https://cloud.tencent.com/document/product/269/2661 Group.CallbackAfterSendMsg
 * @see https://www.tencentcloud.com/document/product/1047/34374 Group.CallbackBeforeSendMsg
 * @see https://www.tencentcloud.com/document/product/1047/43465 C2C.CallbackAfterMsgReport
 * @see https://www.tencentcloud.com/document/product/1047/43466 C2C.CallbackAfterMsgWithDraw
 * @see https://cloud.tencent.com/document/product/269/2570 State.StateChange
 */
const PARSERS: Readonly<Record<string, Parser>> = {
  'C2C.CallbackAfterSendMsg': (fields) => ({
    ...written(fields),
    ...keyed(fields),
    kind: 'message',
    to: userIn(fields, 'To_Account'),
    isDelivered: fields.SendMsgResult === undefined || countOf(fields.SendMsgResult) === 0,
  }),
  'C2C.CallbackBeforeSendMsg': orNothing((fields) => ({
    ...written(fields),
    kind: 'before-message',
    scope: 'person',
    to: userIn(fields, 'To_Account'),
  })),
  'Group.CallbackAfterSendMsg': groupMessage,
  'Group.CallbackBeforeSendMsg': orNothing((fields) => ({
    ...written(fields),
    kind: 'before-message',
    scope: 'group',
    group: wordIn(fields, 'GroupId'),
  })),
  'C2C.CallbackAfterMsgReport': (fields) => ({
    kind: 'read',
    reader: userIn(fields, 'Report_Account'),
    peer: userIn(fields, 'Peer_Account'),
    until: timeIn(fields, 'LastReadTime'),
  }),
  'C2C.CallbackAfterMsgWithDraw': recall,
  'State.StateChange': stateChange,
}

/**
 * @throws {Fault} CALLBACK_CONTRADICTORY when the body lacks what its command needs; a message that waits for our answer is
 * `other` then, so that it goes out
 */
export function readCallback(fields: Fields, told: Told): Callback {
  const parser = Object.hasOwn(PARSERS, told.command) ? PARSERS[told.command] : undefined
  return parser?.(fields, told) ?? nothing(told)
}

/** Whether IM waits for our answer before it does something. */
export const isBefore = (command: string): boolean => /Callback(?:Before|Prev)/.test(command)

export const nothing = ({ command }: Told): Callback => ({ kind: 'other', command })

function orNothing(parser: Parser): Parser {
  return (fields, told) => {
    try {
      return parser(fields, told)
    } catch {
      return nothing(told)
    }
  }
}

function written(fields: Fields): Written {
  if (!Array.isArray(fields.MsgBody)) throw lacking('MsgBody')
  return {
    from: userIn(fields, 'From_Account'),
    elements: fields.MsgBody.map(readElement),
    cloudCustomData: textOf(fields.CloudCustomData),
    isOnlineOnly: countOf(fields.OnlineOnlyFlag) === 1,
  }
}

/** `MsgKey` is MsgSeq, MsgRandom and MsgTime. */
function keyed(fields: Fields): Pick<SentMessage, 'key' | 'sentAt'> {
  const sentAt = timeIn(fields, 'MsgTime')
  const key = textOf(fields.MsgKey)
  if (key !== '') return { key: wordIn(fields, 'MsgKey'), sentAt }
  return { key: `${countIn(fields, 'MsgSeq')}_${countIn(fields, 'MsgRandom')}_${sentAt}`, sentAt }
}

function groupMessage(fields: Fields): GroupMessage {
  const message = written(fields)
  const group = wordIn(fields, 'GroupId')
  const topic = textOf(fields.TopicId) === '' ? undefined : wordIn(fields, 'TopicId')
  const mentioned = listOf(fields.GroupAtInfo)
    .map(fieldsOf)
    .filter(({ GroupAtAllFlag }) => countOf(GroupAtAllFlag) !== 1)
    .map(({ GroupAt_Account }) => textOf(GroupAt_Account))
    .filter(isUserId)
    .filter((userId) => userId !== message.from)
  return {
    ...message,
    kind: 'group-message',
    group,
    // IM numbers the messages of a group, and of each topic of a community; a topic's id is no other group's.
    key: `${countIn(fields, 'MsgSeq')}@${topic ?? group}`,
    sentAt: timeIn(fields, 'MsgTime'),
    mentioned: [...new Set(mentioned)].slice(0, MOST_MENTIONED),
  }
}

function recall(fields: Fields): Callback {
  const key = wordIn(fields, 'MsgKey')
  const [, sentAt] = /_(\d{1,10})$/.exec(key) ?? []
  if (sentAt === undefined) throw lacking('MsgKey')
  const people = { from: userIn(fields, 'From_Account'), to: userIn(fields, 'To_Account') }
  return { kind: 'recall', ...people, key, sentAt: seconds(Number(sentAt)) }
}

const CHANGES: Readonly<Record<string, StateCallback['change']>> = {
  Login: 'login',
  Logout: 'logout',
  Disconnect: 'disconnect',
  CustomStatusChange: 'custom-status',
}

function stateChange(fields: Fields, told: Told): Callback {
  // The pages do not agree on what stands inside `Info`.
  const about = { ...fields, ...fieldsOf(fields.Info) }
  const userId = userIn(about, 'To_Account')
  const action = wordIn(about, 'Action')
  const change = Object.hasOwn(CHANGES, action) ? CHANGES[action] : undefined
  if (change === undefined) return nothing(told)
  const at = countOf(about.EventTime) ?? Number(told.requestTime) * 1000
  const kicked = change === 'login' ? listOf(about.KickedDevice) : []
  return {
    kind: 'state',
    userId,
    change,
    platform: told.platform,
    at: millis(at),
    kicked: [...new Set(kicked.map((device) => platformOf(textOf(fieldsOf(device).Platform))))],
  }
}
