import { type Clock, type Seconds, toSeconds } from '../kernel/time.ts'
import type { MediaIds } from './media.ts'

/** Media ids for one process and for tests. */
export function memoryMedia(clock: Clock, life: Seconds): MediaIds {
  const kept = new Map<string, { readonly mediaId: string; readonly until: number }>()
  return {
    async find(key) {
      const found = kept.get(key)
      return found !== undefined && found.until > toSeconds(clock()) ? found.mediaId : undefined
    },
    async keep(key, mediaId) {
      kept.set(key, { mediaId, until: toSeconds(clock()) + life })
    },
    async forget(key, mediaId) {
      if (kept.get(key)?.mediaId === mediaId) kept.delete(key)
    },
  }
}
