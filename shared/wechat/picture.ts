import { type Fetch, type HttpAnswer, request, Unanswered } from '../http/request.ts'
import { Fault } from '../kernel/fault.ts'
import { type Millis, millis } from '../kernel/time.ts'
import { urlOf } from '../kernel/url.ts'
import type { PictureFile } from './api.ts'

/**
 * WeChat's pages say 2 MB of a mini program's pictures, and elsewhere 10 MB. Process holds those of ten people at once, each more
 * than once while it goes out.
 */
const MAX_PICTURE_BYTES = 2 * 1024 * 1024
const MAX_REDIRECTS = 3
const ENDINGS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/jpg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
}

/**
 * Fetches a picture from an `https:` or a `data:` URL.
 * @throws {Fault} PICTURE_UNREACHABLE, which may pass; PICTURE_UNUSABLE, which does not. Both name the host alone.
 */
export async function fetchPicture(fetch: Fetch, url: string, deadline: Millis = millis(10_000)): Promise<PictureFile> {
  let at = url
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const answer = await get(fetch, at, deadline)
    if (answer.status < 300 || answer.status > 399) return pictureOf(answer, at)
    if (answer.location === undefined) break
    const next = urlOf(answer.location, at)
    if (next === undefined) break
    at = next.href
  }
  throw unusable(at, 'redirects')
}

async function get(fetch: Fetch, url: string, deadline: Millis): Promise<HttpAnswer> {
  if (!/^(?:https|data):/i.test(url) || urlOf(url) === undefined) throw unusable(url, 'url')
  try {
    const answer = await request(fetch, { method: 'GET', url, deadline, maxBytes: MAX_PICTURE_BYTES })
    if (answer.status >= 500 || answer.status === 429) throw new Unanswered(`status ${answer.status}`)
    return answer
  } catch (failure) {
    if (!(failure instanceof Unanswered)) throw failure
    if (failure.because === 'too-large' || url.startsWith('data:')) throw unusable(url, failure.because)
    throw new Fault('PICTURE_UNREACHABLE', { host: hostOf(url), because: failure.because })
  }
}

function pictureOf({ status, contentType, body }: HttpAnswer, url: string): PictureFile {
  if (status !== 200) throw unusable(url, `status ${status}`)
  const ending = ENDINGS[contentType]
  if (ending === undefined) throw unusable(url, 'content-type')
  if (body.byteLength === 0) throw unusable(url, 'empty')
  return { bytes: body, contentType: `image/${ending === 'jpg' ? 'jpeg' : ending}`, fileName: `picture.${ending}` }
}

const unusable = (url: string, because: string): Fault => new Fault('PICTURE_UNUSABLE', { host: hostOf(url), because })

/** A URL may name the person it was made for. */
const hostOf = (url: string): string => urlOf(url)?.host || '-'
