import { assertNever } from '../kernel/never.ts'
import type { MessageApi } from './api.ts'
import type { Media } from './media.ts'
import type { Messenger } from './outgoing.ts'

/** Words over WeChat's API, whichever way it is reached. A text fits into one message: `textParts` cuts it before. */
export const apiMessenger = (api: MessageApi, media: Media): Messenger => ({
  async send(to, message) {
    switch (message.kind) {
      case 'text':
      case 'link':
        return await api.sendCustomerMessage(to, message)
      case 'image':
        return await media.use(message.picture, (mediaId) => api.sendCustomerMessage(to, { kind: 'image', mediaId }))
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
