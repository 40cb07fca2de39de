import { describe, expect, it } from 'vitest'
import { seconds } from '../../../shared/kernel/time.ts'
import { memoryMedia } from '../../../shared/store/memory-media.ts'
import type { PictureFile } from '../../../shared/wechat/api.ts'
import { refusal } from '../../../shared/wechat/errcode.ts'
import { MEDIA_LIFE, pictureMedia } from '../../../shared/wechat/media.ts'
import { aClock } from '../../support/build.ts'

const PICTURE = { url: 'data:image/png;base64,iVBORw0KGgo=' }
const FORGOTTEN = refusal('POST /cgi-bin/message/custom/send', 40007, 'invalid media_id')

function aMedia(clock = aClock(), ids = memoryMedia(clock, MEDIA_LIFE)) {
  const uploads: PictureFile[] = []
  const uploadImage = async (file: PictureFile) => `M${uploads.push(file)}`
  return { clock, ids, uploads, media: pictureMedia({ fetch, api: { uploadImage }, ids }) }
}

const itself = async (mediaId: string) => mediaId

describe('pictureMedia', () => {
  it('hands on a media id as it is', async () => {
    const { media, uploads } = aMedia()
    expect(await media.use({ mediaId: 'M9' }, itself)).toBe('M9')
    expect(uploads).toHaveLength(0)
  })

  it('uploads a picture once, until WeChat would forget it', async () => {
    const { clock, media, uploads } = aMedia()
    for (let times = 0; times < 3; times += 1) expect(await media.use(PICTURE, itself)).toBe('M1')
    expect(uploads).toMatchObject([{ contentType: 'image/png', fileName: 'picture.png' }])
    clock.advance(MEDIA_LIFE)
    expect(await media.use(PICTURE, itself)).toBe('M2')
    expect(MEDIA_LIFE).toBeLessThan(3 * 86_400)
  })

  it('uploads once for all who need it at the same moment', async () => {
    const { media, uploads } = aMedia()
    expect(await Promise.all(Array.from({ length: 9 }, () => media.use(PICTURE, itself)))).toEqual(Array(9).fill('M1'))
    expect(uploads).toHaveLength(1)
  })

  it('tells pictures apart', async () => {
    const { media } = aMedia()
    await media.use(PICTURE, itself)
    expect(await media.use({ url: 'data:image/gif;base64,R0lGODlh' }, itself)).toBe('M2')
  })

  it('uploads once more when WeChat has forgotten the id', async () => {
    const { media, ids } = aMedia()
    await media.use(PICTURE, itself)
    const tried: string[] = []
    const used = await media.use(PICTURE, async (mediaId) => {
      tried.push(mediaId)
      if (mediaId === 'M1') throw FORGOTTEN
      return mediaId
    })
    expect([used, tried]).toEqual(['M2', ['M1', 'M2']])
    expect(await aMedia(aClock(seconds(0)), ids).media.use(PICTURE, itself)).toBe('M2')
  })

  it('does not upload again for an id that is new, for one that it was given, or for another failure', async () => {
    const failing = (failure: Error) => async () => {
      throw failure
    }
    const { media, uploads } = aMedia()
    await expect(media.use(PICTURE, failing(FORGOTTEN))).rejects.toBe(FORGOTTEN)
    await expect(media.use({ mediaId: 'M9' }, failing(FORGOTTEN))).rejects.toBe(FORGOTTEN)
    const other = refusal('POST /cgi-bin/message/custom/send', 45015, '')
    await expect(media.use(PICTURE, failing(other))).rejects.toBe(other)
    expect(uploads).toHaveLength(1)
  })

  it('tries anew after an upload that failed', async () => {
    const clock = aClock()
    const answers = [() => Promise.reject(FORGOTTEN), async () => 'M1']
    const uploadImage = () => answers.shift()?.() ?? Promise.reject(new Error('a third time'))
    const media = pictureMedia({ fetch, api: { uploadImage }, ids: memoryMedia(clock, MEDIA_LIFE) })
    await expect(media.use(PICTURE, itself)).rejects.toBe(FORGOTTEN)
    expect(await media.use(PICTURE, itself)).toBe('M1')
  })
})
