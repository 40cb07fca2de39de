import type { UserId } from '../kernel/ids.ts'
import { PLATFORMS, type Platform } from '../kernel/platform.ts'
import { hours, type Millis, millis, type Seconds, seconds, toSeconds } from '../kernel/time.ts'
import { expiry, type Item, keyItem, numberOf } from './item.ts'
import { imKey, mentionKey, noticeSortKey, presenceKey, readKey } from './key.ts'
import { type Mention, NOTICE_KEPT, type Notice, type Reading, type StateChange } from './notice.ts'
import type { Presence } from './presence.ts'

/** When it is written, and by which call: a retried one finds its own write. */
export interface Stamp {
  readonly at: Millis
  readonly receipt: string
}

/** That something was read or recalled is known for longer than what was. */
const ENDING_KEPT = seconds(NOTICE_KEPT + hours(1))

/** `kind` and `state` are what a filter on the table's stream reads: what is ready is looked at. */
const stamped = (state: 'ready' | 'done', { at, receipt }: Stamp, kept: Seconds): Item => ({
  kind: { S: 'notice' },
  state: { S: state },
  acceptedAtMs: { N: String(at) },
  receipt: { S: receipt },
  ...expiry(seconds(toSeconds(at) + kept)),
})

type Recalled = Pick<Notice, 'to' | 'from' | 'key' | 'sentAt'>

const sentItem = ({ to, from, key, sentAt }: Recalled): Item => ({
  ...keyItem({ pk: imKey(to), sk: noticeSortKey(sentAt, from, key) }),
  to: { S: to },
  from: { S: from },
  messageKey: { S: key },
  sentAtSec: { N: String(sentAt) },
})

export const noticeItem = (notice: Notice, stamp: Stamp): Item => ({
  ...sentItem(notice),
  ...stamped('ready', stamp, NOTICE_KEPT),
  preview: { S: notice.preview },
  ...(notice.group === undefined ? {} : { group: { S: notice.group } }),
})

/** It stands where the notice stands, or would come to stand. */
export const recalledItem = (message: Recalled, stamp: Stamp): Item => ({
  ...sentItem(message),
  ...stamped('done', stamp, ENDING_KEPT),
  outcome: { S: 'recalled' },
})

/** Nothing when it was recalled. */
export const noticeOf = (item: Item): Notice | undefined =>
  item.state?.S !== 'ready'
    ? undefined
    : {
        to: userOf(item.to?.S),
        from: userOf(item.from?.S),
        key: item.messageKey?.S ?? '',
        sentAt: seconds(numberOf(item.sentAtSec)),
        preview: item.preview?.S ?? '',
        ...(item.group?.S === undefined ? {} : { group: item.group.S }),
      }

export const mentionItem = ({ group, key, from, to, sentAt, preview }: Mention, stamp: Stamp): Item => ({
  ...keyItem(mentionKey(group, key)),
  ...stamped('ready', stamp, NOTICE_KEPT),
  group: { S: group },
  messageKey: { S: key },
  from: { S: from },
  to: { L: to.map((userId) => ({ S: userId })) },
  sentAtSec: { N: String(sentAt) },
  preview: { S: preview },
})

export const mentionOf = (item: Item): Mention => ({
  group: item.group?.S ?? '',
  key: item.messageKey?.S ?? '',
  from: userOf(item.from?.S),
  to: (item.to?.L ?? []).map(({ S }) => userOf(S)),
  sentAt: seconds(numberOf(item.sentAtSec)),
  preview: item.preview?.S ?? '',
})

export const readItem = ({ reader, peer, until }: Reading, stamp: Stamp): Item => ({
  ...keyItem(readKey(reader, peer)),
  ...stamped('ready', stamp, ENDING_KEPT),
  reader: { S: reader },
  peer: { S: peer },
  lastReadSec: { N: String(until) },
})

export const readingOf = (item: Item): Reading => ({
  reader: userOf(item.reader?.S),
  peer: userOf(item.peer?.S),
  until: seconds(numberOf(item.lastReadSec)),
})

/** The members that a change sets; those of the other platforms stay. A login is something to look at. */
export const presenceItem = (change: StateChange, stamp: Stamp): Item => ({
  ...keyItem(presenceKey(change.userId)),
  ...stamped(change.isOnline ? 'ready' : 'done', stamp, NOTICE_KEPT),
  user: { S: change.userId },
  ...platformItem(change.platform, change.isOnline, change.at),
  ...(change.isOnline ? loginItem(change, stamp) : {}),
  ...Object.assign({}, ...change.kicked.map((platform) => platformItem(platform, false, change.at))),
})

/** By IM's clock it came when IM says; the person has seen what we had taken by then, and that is told by ours. */
const loginItem = ({ platform, at }: StateChange, stamp: Stamp): Item => ({
  [loginName(platform)]: { N: String(Math.min(at, stamp.at)) },
})

/** Of a login of which the end is known already: that the person was there then; nothing when that is known. */
export function lateLoginItem(change: StateChange, known: Item, stamp: Stamp): Item | undefined {
  const name = loginName(change.platform)
  const login = loginItem(change, stamp)
  const since = presenceOf(known).platforms[change.platform]
  const isCopy = since?.isOnline === true && since.at === change.at
  if (!change.isOnline || isCopy || numberOf(login[name]) <= numberOf(known[name])) return undefined
  return { ...stamped('ready', stamp, NOTICE_KEPT), ...login }
}

export const loginName = (platform: Platform): string => `${platform}LoginAtMs`

const platformItem = (platform: Platform, isOnline: boolean, at: Millis): Item => ({
  [`${platform}Online`]: { BOOL: isOnline },
  [`${platform}AtMs`]: { N: String(at) },
})

export function presenceOf(item: Item): Presence {
  const platforms = PLATFORMS.filter((platform) => item[`${platform}AtMs`] !== undefined).map((platform) => {
    const isOnline = item[`${platform}Online`]?.BOOL === true
    return [platform, { isOnline, at: millis(numberOf(item[`${platform}AtMs`])) }] as const
  })
  const logins = PLATFORMS.map((platform) => numberOf(item[loginName(platform)]))
  return {
    platforms: Object.fromEntries(platforms),
    loginAt: millis(Math.max(0, ...logins)),
  }
}

/**
 * The change as far as it is news beside what is known; nothing when it is not. Of two at the same moment the end of a connection
 * counts: IM is asked again before somebody is told.
 */
export function newsOf(change: StateChange, known: Presence | undefined): StateChange | undefined {
  const before = known?.platforms[change.platform]
  const isNews =
    before === undefined || before.at < change.at || (before.at === change.at && before.isOnline && !change.isOnline)
  if (!isNews) return undefined
  const kicked = change.kicked.filter((platform) => {
    const since = known?.platforms[platform]
    return platform !== change.platform && (since === undefined || since.at <= change.at)
  })
  return { ...change, kicked }
}

const userOf = (text: string | undefined): UserId => (text ?? '') as UserId
