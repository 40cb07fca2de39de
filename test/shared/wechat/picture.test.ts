import { describe, expect, it } from 'vitest'
import type { Fetch } from '../../../shared/http/request.ts'
import { millis } from '../../../shared/kernel/time.ts'
import { fetchPicture } from '../../../shared/wechat/picture.ts'

const PNG = Buffer.from('89504e470d0a1a0a', 'hex')
const URL_ = 'https://cdn.example.org/a.png?for=oTEST'

/** An internet of one page; certificates are no matter of these tests. */
const aWeb =
  (pages: Readonly<Record<string, Response | Error>>): Fetch =>
  async (url) => {
    const page = pages[String(url)]
    if (page === undefined || page instanceof Error) throw page ?? new Error('not there')
    return page
  }

const aPage = (contentType: string, body: Uint8Array | null = PNG, status = 200) =>
  new Response(body === null ? null : new Uint8Array(body), { status, headers: { 'content-type': contentType } })

const moved = (location: string) => new Response(null, { status: 302, headers: { location } })

describe('fetchPicture', () => {
  for (const [contentType, taken, fileName] of [
    ['image/png', 'image/png', 'picture.png'],
    ['image/jpeg', 'image/jpeg', 'picture.jpg'],
    ['image/jpg', 'image/jpeg', 'picture.jpg'],
    ['IMAGE/GIF; charset=binary', 'image/gif', 'picture.gif'],
  ] as const) {
    it(`names a file by its content type, ${contentType}`, async () => {
      const { bytes, ...rest } = await fetchPicture(aWeb({ [URL_]: aPage(contentType) }), URL_)
      expect(rest).toEqual({ contentType: taken, fileName })
      expect(Buffer.from(bytes)).toEqual(PNG)
    })
  }

  it('reads a data: URL', async () => {
    const { bytes, contentType } = await fetchPicture(fetch, `data:image/png;base64,${PNG.toString('base64')}`)
    expect([Buffer.from(bytes), contentType]).toEqual([PNG, 'image/png'])
  })

  it('follows redirects to https:, three at most', async () => {
    const web = aWeb({ [URL_]: moved('/b.png'), 'https://cdn.example.org/b.png': aPage('image/png') })
    expect((await fetchPicture(web, URL_)).fileName).toBe('picture.png')
    const down = aWeb({ [URL_]: moved('http://cdn.example.org/b.png') })
    await expect(fetchPicture(down, URL_)).rejects.toThrow('PICTURE_UNUSABLE host=cdn.example.org because=url')
    const round: Fetch = async () => moved('/a.png')
    await expect(fetchPicture(round, URL_)).rejects.toThrow('because=redirects')
  })

  for (const url of ['http://cdn.example.org/a.png', 'file:///etc/passwd', 'ftp://a/b', 'a.png', '', 'https://']) {
    it(`does not touch ${JSON.stringify(url)}`, async () => {
      const touched: Fetch = () => Promise.reject(new Error('touched'))
      await expect(fetchPicture(touched, url)).rejects.toThrow(/^PICTURE_UNUSABLE host=\S* because=url:/)
    })
  }

  for (const [because, page] of [
    ['content-type', aPage('text/html')],
    ['content-type', aPage('image/webp')],
    ['status 404', aPage('image/png', PNG, 404)],
    ['empty', aPage('image/png', null)],
    ['too-large', aPage('image/png', Buffer.alloc(2 * 1024 * 1024 + 1))],
  ] as const) {
    it(`leaves it to the rule to mend: ${because}`, async () => {
      const failure = await fetchPicture(aWeb({ [URL_]: page }), URL_).catch(String)
      expect(failure).toContain(`PICTURE_UNUSABLE host=cdn.example.org because=${because}: `)
      expect(failure).not.toContain('oTEST')
    })
  }

  it('takes 2 MB, in however many pieces', async () => {
    const whole = Buffer.alloc(2 * 1024 * 1024, 'picture')
    expect((await fetchPicture(aWeb({ [URL_]: aPage('image/png', whole) }), URL_)).bytes.equals(whole)).toBe(true)
    const pieces = new ReadableStream({
      start(stream) {
        for (let at = 0; at < whole.length; at += 65_000)
          stream.enqueue(new Uint8Array(whole.subarray(at, at + 65_000)))
        stream.close()
      },
    })
    const inPieces = new Response(pieces, { headers: { 'content-type': 'image/png' } })
    expect((await fetchPicture(aWeb({ [URL_]: inPieces }), URL_)).bytes.equals(whole)).toBe(true)
  })

  it('may pass: a server that fails, or does not answer in time', async () => {
    const failing = aWeb({ [URL_]: aPage('text/html', PNG, 503) })
    await expect(fetchPicture(failing, URL_)).rejects.toThrow(
      'PICTURE_UNREACHABLE host=cdn.example.org because=status 503: ',
    )
    const silent: Fetch = (_, init) =>
      new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      })
    await expect(fetchPicture(silent, URL_, millis(10))).rejects.toThrow(/^PICTURE_UNREACHABLE .* because=timeout/)
  })

  it('does not quote a data: URL that it cannot read', async () => {
    await expect(fetchPicture(fetch, 'data:image/png;base64')).rejects.toThrow(
      /^PICTURE_UNUSABLE host=- because=network:/,
    )
  })
})
