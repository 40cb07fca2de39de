import type { ActDeps } from '../../shared/act/deps.ts'
import type { AppId } from '../../shared/kernel/ids.ts'
import { documentMedia } from '../../shared/store/document-media.ts'
import { documentWork } from '../../shared/store/document-work.ts'
import type { Documents } from '../../shared/store/documents.ts'
import type { ItemKey } from '../../shared/store/key.ts'
import { MEDIA_LIFE, pictureMedia } from '../../shared/wechat/media.ts'
import { apiMessenger } from '../../shared/wechat/messenger.ts'
import type { Deadline } from './deadline.ts'
import type { CloudDeps } from './deps.ts'
import { cloudApi } from './open-api.ts'

/** A cloud function belongs to one mini program; pushes name it in two ways, so none of them is part of a key. */
export const CLOUD = 'cloud' as AppId

export interface Host {
  readonly act: ActDeps
  /** Whether anything was asked of WeChat that cannot be taken back. */
  readonly hasSpoken: () => boolean
}

/** What acting needs, over these documents and until the deadline. `onReady` hears of whom to work off next. */
export function hostOf(
  documents: Documents,
  { timeLeft, sleep }: Deadline,
  onReady: (key: ItemKey) => void,
  deps: CloudDeps,
): Host {
  const { openApi, fetch, clock, log } = deps
  let hasSpoken = false
  const api = cloudApi({ openApi, timeLeft, log })
  const messenger = apiMessenger(api, pictureMedia({ fetch, api, ids: documentMedia(documents, clock, MEDIA_LIFE) }))
  const act: ActDeps = {
    ...deps,
    appId: CLOUD,
    sleep,
    work: documentWork(documents, clock, onReady),
    messenger: {
      ...messenger,
      send: async (to, message) => {
        hasSpoken = true
        await messenger.send(to, message)
      },
      subscribe: async (to, message) => {
        hasSpoken = true
        return await messenger.subscribe(to, message)
      },
    },
  }
  return { act, hasSpoken: () => hasSpoken }
}
