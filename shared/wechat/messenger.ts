import { assertNever } from '../kernel/never.ts'
import type { WeChatApi } from './api.ts'
import type { Media } from './media.ts'
import type { Messenger } from './outgoing.ts'
import { textParts } from './text-parts.ts'

/** Words over WeChat's API. A text longer than 2048 bytes goes as several messages, one after the other, each of the quota. */
export const httpMessenger = (api: WeChatApi, media: Media): Messenger => ({
  async send(to, message) {
    switch (message.kind) {
      case 'text':
        // A part of blanks alone would be refused as empty.
        for (const content of textParts(message.content).filter((part) => part.trim() !== '')) {
          await api.sendCustomerMessage(to, { kind: 'text', content })
        }
        return
      case 'image':
        return await media.use(message.picture, (mediaId) => api.sendCustomerMessage(to, { kind: 'image', mediaId }))
      case 'link':
        return await api.sendCustomerMessage(to, message)
      case 'miniprogrampage': {
        const { kind, title, pagePath, thumb } = message
        return await media.use(thumb, (thumbMediaId) =>
          api.sendCustomerMessage(to, { kind, title, pagePath, thumbMediaId }),
        )
      }
      default:
        return assertNever(message)
    }
  },
  typing: (to, isOn) => api.typing(to, isOn),
  subscribe: (to, message) => api.sendSubscribeMessage(to, message),
})
