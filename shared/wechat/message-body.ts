import type { OpenId } from '../kernel/ids.ts'
import { assertNever } from '../kernel/never.ts'
import type { CustomerMessage, SubscribeMessage } from './outgoing.ts'

/** A customer-service message whose picture WeChat has already. */
export type UploadedMessage =
  | Extract<CustomerMessage, { readonly kind: 'text' | 'link' }>
  | { readonly kind: 'image'; readonly mediaId: string }
  | {
      readonly kind: 'miniprogrampage'
      readonly title: string
      readonly pagePath: string
      readonly thumbMediaId: string
    }

type Body = Readonly<Record<string, unknown>>

/** Of a customer-service message. */
export const customerBody = (to: OpenId, message: UploadedMessage): Body => ({ touser: to, ...contentOf(message) })

export const typingBody = (to: OpenId, isOn: boolean): Body => ({
  touser: to,
  command: isOn ? 'Typing' : 'CancelTyping',
})

function contentOf(message: UploadedMessage): Body {
  switch (message.kind) {
    case 'text':
      return { msgtype: 'text', text: { content: message.content } }
    case 'image':
      return { msgtype: 'image', image: { media_id: message.mediaId } }
    case 'link': {
      const { title, description, url, thumbUrl } = message
      return { msgtype: 'link', link: { title, description, url, thumb_url: thumbUrl } }
    }
    case 'miniprogrampage': {
      const { title, pagePath, thumbMediaId } = message
      return {
        msgtype: 'miniprogrampage',
        miniprogrampage: { title, pagepath: pagePath, thumb_media_id: thumbMediaId },
      }
    }
    default:
      return assertNever(message)
  }
}

/** Of a subscribe message. */
export const subscribeBody = (to: OpenId, { templateId, data, page, lang, state }: SubscribeMessage): Body => ({
  touser: to,
  template_id: templateId,
  ...(page === undefined ? {} : { page }),
  miniprogram_state: state ?? 'formal',
  lang: lang ?? 'zh_CN',
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, { value }])),
})
