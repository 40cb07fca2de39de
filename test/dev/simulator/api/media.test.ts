import { beforeEach, describe, expect, test } from 'vitest'
import { OPEN_ID } from '../../../support/build.ts'
import { aWorld, observed, type World } from './world.ts'

const UPLOAD = '/cgi-bin/media/upload'
const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(64, 7)])

let world: World
beforeEach(async () => {
  world = await aWorld()
})

async function upload(form: FormData, query: Readonly<Record<string, string>> = { type: 'image' }): Promise<unknown> {
  return await put({ body: form }, query)
}

async function put(
  request: RequestInit,
  query: Readonly<Record<string, string>> = { type: 'image' },
): Promise<unknown> {
  const search = new URLSearchParams({ access_token: await world.token(), ...query })
  const response = await fetch(`${world.api.url}${UPLOAD}?${search}`, { method: 'POST', ...request })
  return response.status === 200 ? await response.json() : response.status
}

function aForm(bytes: Uint8Array = PNG, name = 'a.png', part = 'media'): FormData {
  const form = new FormData()
  form.append(part, new Blob([new Uint8Array(bytes)], { type: 'image/png' }), name)
  return form
}

describe('media/upload', () => {
  test('answers an id under which the bytes can be had for three days, without an errcode', async () => {
    const answer = await upload(aForm())
    expect(answer).toEqual({ type: 'image', media_id: expect.stringMatching(/^[\w-]{64}$/), created_at: 1_760_000_000 })
    const { media_id } = answer as { readonly media_id: string }
    const query = { access_token: await world.token(), media_id }
    const response = await fetch(`${world.api.url}/cgi-bin/media/get?${new URLSearchParams(query)}`)
    expect(response.headers.get('content-type')).toBe('image/png')
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${media_id}.png"`)
    expect(Buffer.from(await response.arrayBuffer())).toEqual(PNG)
    world.advance(3 * 86_400)
    const late = await world.get('/cgi-bin/media/get', { media_id, access_token: await world.token() })
    expect(late.type).toBe('text/plain')
    expect(late.says.errcode).toBe(40007)
  })

  test('stands in the outbox without its bytes', async () => {
    await upload(aForm())
    const bytes = expect.any(Number)
    expect(world.api.outbox().at(-1)?.body).toEqual({ type: 'image', contentType: 'multipart/form-data', bytes })
  })

  const large = (length: number): Buffer => Buffer.concat([PNG, Buffer.alloc(length - PNG.length)])

  test.each<readonly [string, FormData, number]>([
    ['a part of another name', aForm(PNG, 'a.png', 'file'), 41005],
    ['an empty file', aForm(Buffer.alloc(0)), 44001],
    ['a file without an ending', aForm(PNG, 'a'), 40113],
    ['a file that is not what its name says', aForm(PNG, 'a.jpg'), 40113],
    ['a file that is no picture', aForm(Buffer.from('hello'), 'a.png'), 40113],
    ['a picture one byte too large', aForm(large(10 * 1024 * 1024 + 1)), 40009],
  ])('refuses %s', async (_, form, errcode) => {
    expect(await upload(form)).toMatchObject({ errcode })
  })

  test('takes 10 MB, and answers 413 where the proxy has enough', async () => {
    expect(await upload(aForm(large(10 * 1024 * 1024)))).toMatchObject({ type: 'image' })
    expect(await upload(aForm(large(13 * 1024 * 1024)))).toBe(413)
  })

  test('refuses another type, and media that are a text', async () => {
    expect(await upload(aForm(), { type: 'voice' })).toMatchObject({ errcode: 40004 })
    const form = new FormData()
    form.append('media', 'text')
    expect(await upload(form)).toMatchObject({ errcode: 41005 })
  })

  test('refuses a boundary in quotes, a body without its frame, and a length that is not told', async () => {
    const part = `--b\r\ncontent-disposition: form-data; name="media"; filename="a.gif"\r\n\r\nGIF89a\r\n--b--\r\n`
    const framed = (boundary: string, body: string | ReadableStream = part): RequestInit => ({
      body,
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    })
    expect(await put(framed('b'))).toMatchObject({ type: 'image' })
    expect(await put(framed('"b"'))).toMatchObject({ errcode: 41005 })
    expect(await put(framed('c'))).toMatchObject({ errcode: 41005 })
    const stream = new Blob([part]).stream()
    expect(await put({ ...framed('b', stream), duplex: 'half' })).toBe(412)
  })
})

describe('media/get', () => {
  test('answers a picture for what a user sent', async () => {
    observed(world.api, 'image', { MediaId: 'media_1' })
    observed(world.api, 'miniprogrampage', { ThumbMediaId: 'media_2' })
    for (const media_id of ['media_1', 'media_2']) {
      const answer = await world.get('/cgi-bin/media/get', { media_id, access_token: await world.token() })
      expect(answer).toMatchObject({ status: 200, type: 'image/gif' })
    }
    expect(world.api.state(OPEN_ID).window.left).toBe(5)
  })
})
