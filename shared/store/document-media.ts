import { type Clock, type Seconds, toMillis } from '../kernel/time.ts'
import type { Documents } from './documents.ts'
import type { MediaIds } from './media.ts'
import { documentId } from './push-document.ts'

/** Media ids in documents, each kept for `life`. */
export function documentMedia(documents: Documents, clock: Clock, life: Seconds): MediaIds {
  const idOf = (key: string): string => documentId({ pk: 'media', sk: key })
  return {
    async find(key) {
      const found = await documents.get(idOf(key))
      return found !== undefined && found.expiresAt > clock() ? found.value : undefined
    },
    async keep(key, mediaId) {
      const expiresAt = clock() + toMillis(life)
      const members = { person: '', kind: 'media', state: '', openAt: 0, dueAt: 0 } as const
      await documents.change([idOf(key)], () => [{ ...members, id: idOf(key), expiresAt, value: mediaId }])
    },
    async forget(key, mediaId) {
      await documents.change([idOf(key)], ([before]) => (before?.value === mediaId ? [undefined] : undefined))
    },
  }
}
