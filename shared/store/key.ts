import { sha256 } from '../kernel/bytes.ts'
import type { TemplateId } from '../kernel/ids.ts'

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

/** DynamoDB takes 1024 bytes of sort key, and `#` separates: whatever else a sender writes is hashed. */
export const keyPart = (text: string): string =>
  /^(?!sha256-)[\w.-]{0,200}$/.test(text) ? text : `sha256-${sha256(text)}`
