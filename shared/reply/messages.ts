import type { CustomerMessage } from '../wechat/outgoing.ts'
import type { Reply } from './handler.ts'

type Members<K extends CustomerMessage['kind']> = Omit<Extract<CustomerMessage, { kind: K }>, 'kind'>

/** A picture: `https:` or `data:` address, or one that WeChat has already. */
export const image = (picture: Members<'image'>['picture']): CustomerMessage => ({ kind: 'image', picture })

/** A line with a small picture that opens a web page. */
export const link = (members: Members<'link'>): CustomerMessage => ({ kind: 'link', ...members })

/** Opens a page of the mini program. */
export const card = (members: Members<'miniprogrampage'>): CustomerMessage => ({ kind: 'miniprogrampage', ...members })

/** Words stand for a text message wherever a message may stand. */
export const messageOf = (words: string | CustomerMessage): CustomerMessage =>
  typeof words === 'string' ? { kind: 'text', content: words } : words

/** What a handler returns, once for each message. */
export const send = (words: string | CustomerMessage): Reply => ({ kind: 'send', message: messageOf(words) })
