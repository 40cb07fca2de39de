import { randomBytes } from 'node:crypto'
import { type Clock, hours, type Millis, millis, toMillis, toSeconds } from '../../../shared/kernel/time.ts'
import { type Answer, json, proxyPage } from './answer.ts'
import type { ApiCall } from './call.ts'
import { refuse } from './refusal.ts'

interface Medium {
  readonly bytes: Uint8Array
  readonly type: string
  readonly until: Millis
}

const KEPT = toMillis(hours(72))
const LARGEST_IMAGE = 10 * 1024 * 1024

/** How files of each ending begin; WeChat wants both to fit. */
const IMAGES: ReadonlyArray<readonly [ending: RegExp, begins: string, type: string]> = [
  [/\.png$/i, '89504e47', 'image/png'],
  [/\.jpe?g$/i, 'ffd8ff', 'image/jpeg'],
  [/\.gif$/i, '47494638', 'image/gif'],
]

/** What stands in for a picture that a user sent: one pixel. */
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')

/**
 * Temporary media: `POST /cgi-bin/media/upload`, `GET /cgi-bin/media/get`.
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/kf-mgnt/kf-message/uploadTempMedia.html
 */
export function media(clock: Clock) {
  const kept = new Map<string, Medium>()
  return { upload, get, has, received }

  async function upload(call: ApiCall): Promise<Answer> {
    if (call.query.get('type') !== 'image') refuse(40004)
    // WeChat's proxy wants to know the length beforehand.
    if (call.headers['content-length'] === undefined) return proxyPage(412)
    const file = await filePart(call)
    const bytes = new Uint8Array(await file.arrayBuffer())
    if (bytes.length === 0) refuse(44001)
    if (bytes.length > LARGEST_IMAGE) refuse(40009)
    const id = randomBytes(48).toString('base64url')
    keep(id, bytes, imageType(file.name, bytes))
    return json({ type: 'image', media_id: id, created_at: toSeconds(clock()) })
  }

  function get({ query }: ApiCall): Answer {
    const id = query.get('media_id') ?? ''
    const { bytes, type } = find(id) ?? refuse(40007)
    const filename = `${id}.${type.replace('image/', '')}`
    const headers = { 'content-type': type, 'content-disposition': `attachment; filename="${filename}"` }
    return { status: 200, headers, body: bytes, says: { media_id: id, bytes: bytes.length } }
  }

  function has(id: string): boolean {
    return find(id) !== undefined
  }

  /** A user sent a picture: it can be fetched and sent back. */
  function received(id: string): void {
    if (id !== '') keep(id, PIXEL, 'image/gif')
  }

  function keep(id: string, bytes: Uint8Array, type: string): void {
    kept.set(id, { bytes, type, until: millis(clock() + KEPT) })
  }

  function find(id: string): Medium | undefined {
    const found = kept.get(id)
    if (found === undefined || clock() < found.until) return found
    kept.delete(id)
    return undefined
  }
}

export type Media = ReturnType<typeof media>

/**
 * The part named `media`.
 * @throws {Refusal} 41005 there is no file of that name, or its frame does not read: WeChat wants the boundary without quotes
 */
async function filePart({ headers, body }: ApiCall): Promise<File> {
  const type = headers['content-type'] ?? ''
  if (body === undefined || !/^multipart\/form-data;\s*boundary=[^"\s]+$/i.test(type)) refuse(41005)
  const part = await formPart(type, body)
  return typeof part === 'object' && part !== null && part.name !== '' ? part : refuse(41005)
}

async function formPart(type: string, body: Buffer): Promise<File | string | null> {
  try {
    return (await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()).get('media')
  } catch {
    return null
  }
}

/** @throws {Refusal} 40113 */
function imageType(name: string, bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 8)).toString('hex')
  const image = IMAGES.find(([ending, begins]) => ending.test(name) && head.startsWith(begins))
  return image === undefined ? refuse(40113) : image[2]
}
