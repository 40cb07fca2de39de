import type { Fetch } from '../http/request.ts'
import { sha256 } from '../kernel/bytes.ts'
import { Fault } from '../kernel/fault.ts'
import { hours, type Seconds } from '../kernel/time.ts'
import type { MediaIds } from '../store/media.ts'
import type { MessageApi } from './api.ts'
import { meaningOf } from './errcode.ts'
import type { Picture } from './outgoing.ts'
import { fetchPicture } from './picture.ts'

/** How long an uploaded picture is taken for known: WeChat keeps it for three days. */
export const MEDIA_LIFE: Seconds = hours(60)

/** Pictures as WeChat wants them: uploaded once and named by a `media_id`. */
export interface Media {
  /**
   * Hands on the picture's `media_id`, and once more a new one when WeChat has forgotten the one we knew.
   * @throws {Fault} PICTURE_UNREACHABLE, PICTURE_UNUSABLE, TABLE_UNAVAILABLE, and what the upload and `use` throw
   */
  use<T>(picture: Picture, use: (mediaId: string) => Promise<T>): Promise<T>
}

export interface MediaDeps {
  readonly fetch: Fetch
  readonly api: Pick<MessageApi, 'uploadImage'>
  readonly ids: MediaIds
}

export function pictureMedia({ fetch, api, ids }: MediaDeps): Media {
  const uploads = new Map<string, Promise<string>>()

  /** Whoever needs the same picture meanwhile waits for the same upload. */
  function upload(key: string, url: string): Promise<string> {
    const running = uploads.get(key)
    if (running !== undefined) return running
    const started = fetchAndUpload(key, url).finally(() => uploads.delete(key))
    uploads.set(key, started)
    return started
  }

  async function fetchAndUpload(key: string, url: string): Promise<string> {
    const mediaId = await api.uploadImage(await fetchPicture(fetch, url))
    await ids.keep(key, mediaId)
    return mediaId
  }

  return {
    async use(picture, use) {
      if ('mediaId' in picture) return await use(picture.mediaId)
      const key = sha256(picture.url)
      const known = await ids.find(key)
      if (known === undefined) return await use(await upload(key, picture.url))
      try {
        return await use(known)
      } catch (failure) {
        if (!isForgotten(failure)) throw failure
        await ids.forget(key, known)
        return await use(await upload(key, picture.url))
      }
    },
  }
}

const isForgotten = (failure: unknown): boolean =>
  failure instanceof Fault &&
  failure.code === 'WECHAT_REFUSED' &&
  meaningOf(Number(failure.facts.errcode)).name === 'media-unknown'
