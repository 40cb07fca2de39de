import { sha256 } from '../kernel/bytes.ts'
import type { TemplateId, UserId } from '../kernel/ids.ts'
import type { Seconds } from '../kernel/time.ts'

export interface ItemKey {
  readonly pk: string
  readonly sk: string
}

/** Everything about one person lies under one partition key: in order in the stream, read or erased with one query. */
export const personKey = (appId: string, openId: string): string => `openid#${appId}#${keyPart(openId)}`

export const pushSortKey = (dedupKey: string): string => `push#${keyPart(dedupKey)}`

export const windowKey = (person: string): ItemKey => ({ pk: person, sk: 'window' })

/** Of a push that stands alone: who works on it, and how far that is. */
export const progressKey = ({ pk, sk }: ItemKey): ItemKey => ({ pk, sk: `progress#${sk}` })

export const permitKey = (person: string, templateId: TemplateId): ItemKey => ({
  pk: person,
  sk: `permit#${keyPart(templateId)}`,
})

/** The same person in Tencent IM. */
export const imKey = (userId: UserId): string => `im#${keyPart(userId)}`

/** Under a person of either world: who that is in the other. */
export const identityKey = (person: string): ItemKey => ({ pk: person, sk: 'identity' })

/** In the order of IM's time; all that stands after the notices of a person begins with a later letter. */
export const noticeSortKey = (sentAt: Seconds, from: UserId, key: string): string =>
  `${noticeSortFrom(sentAt)}#${keyPart(from)}#${keyPart(key)}`

/** The least sort key of a notice of that second. */
export const noticeSortFrom = (sentAt: Seconds): string => `notice#${String(sentAt).padStart(10, '0')}`

/** A group's message that mentions several. */
export const mentionKey = (group: string, key: string): ItemKey => ({
  pk: `group#${keyPart(group)}`,
  sk: `notice#${keyPart(key)}`,
})

/** How far a person was told; under what IM tells of them. */
export const notifyKey = (person: string): ItemKey => ({ pk: person, sk: 'notify' })

export const presenceKey = (userId: UserId): ItemKey => ({ pk: imKey(userId), sk: 'presence' })

export const readKey = (reader: UserId, peer: UserId): ItemKey => ({ pk: imKey(reader), sk: `read#${keyPart(peer)}` })

/** A message that was asked for, by the key that it must not be sent twice under. */
export const orderKey = (appId: string, idempotencyKey: string): ItemKey => ({
  pk: `send#${appId}#${keyPart(idempotencyKey)}`,
  sk: '-',
})

/** What came from one address in one minute; `from` is a hash. */
export const loginsFromKey = (from: string, minute: number): ItemKey => ({
  pk: `login#from#${from}`,
  sk: `minute#${minute}`,
})

/** A code of `wx.login` that was tried; `code` is a hash. */
export const loginCodeKey = (code: string): ItemKey => ({ pk: `login#code#${code}`, sk: '-' })

/** What IM tells of a person, and what is made of it. */
export const isPersonInIm = ({ pk }: ItemKey): boolean => pk.startsWith('im#')

export const isMention = ({ pk }: ItemKey): boolean => pk.startsWith('group#')

/** Somebody has logged in, or has read. */
export const isReturn = ({ sk }: ItemKey): boolean => sk === 'presence' || sk.startsWith('read#')

/** DynamoDB takes 1024 bytes of sort key, and `#` separates: whatever else a sender writes is hashed. */
export const keyPart = (text: string): string =>
  /^(?!sha256-)[\w.-]{0,200}$/.test(text) ? text : `sha256-${sha256(text)}`
