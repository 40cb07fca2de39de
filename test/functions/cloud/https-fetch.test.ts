import { createServer, type RequestListener } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { closeServer, listen } from '../../../dev/emulator/server.ts'
import { httpsFetch } from '../../../functions/cloud/https-fetch.ts'
import { request } from '../../../shared/http/request.ts'
import { millis } from '../../../shared/kernel/time.ts'
import { DEMO_PICTURE } from '../../../shared/reply/demo-picture.ts'

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

async function aServer(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  ends.push(() => closeServer(server))
  return await listen(server, 0)
}

const get = (url: string, changes: { readonly deadline?: number; readonly maxBytes?: number } = {}) =>
  request(httpsFetch, {
    method: 'GET',
    url,
    deadline: millis(changes.deadline ?? 5000),
    maxBytes: changes.maxBytes ?? 1000,
  })

describe('httpsFetch', () => {
  it('gets a body, byte by byte, and what it is', async () => {
    const url = await aServer((_, response) => {
      response.writeHead(200, { 'Content-Type': 'Image/PNG; q=1' })
      response.write(Buffer.from([0, 255]))
      response.end(Buffer.from([10]))
    })
    expect(await get(`${url}/a?b=c`)).toEqual({
      status: 200,
      contentType: 'image/png',
      location: undefined,
      body: Buffer.from([0, 255, 10]),
    })
  })

  it('follows nothing', async () => {
    let count = 0
    const url = await aServer((_, response) => {
      count += 1
      response.writeHead(302, { location: '/elsewhere' }).end()
    })
    expect(await get(url)).toMatchObject({ status: 302, location: '/elsewhere' })
    expect(count).toBe(1)
  })

  it('ends at the deadline, before and amid an answer, and leaves no connection open', async () => {
    for (const begin of [false, true]) {
      let gone: () => void = () => undefined
      const isGone = new Promise<void>((resolve) => {
        gone = resolve
      })
      const url = await aServer((incoming, response) => {
        incoming.socket.on('close', gone)
        if (begin) response.writeHead(200).write('a')
      })
      await expect(get(url, { deadline: 50 })).rejects.toMatchObject({ because: 'timeout' })
      await isGone
    }
  })

  it('ends when there is more than is wanted', async () => {
    const url = await aServer((_, response) => void response.end('x'.repeat(1001)))
    await expect(get(url)).rejects.toMatchObject({ because: 'too-large' })
  })

  it('says that the connection was cut, before and amid the answer', async () => {
    const before = await aServer((incoming) => incoming.socket.destroy())
    await expect(get(before)).rejects.toMatchObject({ because: 'ECONNRESET' })
    const amid = await aServer((incoming, response) => {
      response.writeHead(200, { 'content-length': 9 }).write('a', () => incoming.socket.destroy())
    })
    await expect(get(amid)).rejects.toMatchObject({ because: 'network' })
  })

  it('says why nobody is there', async () => {
    const url = await aServer(() => undefined)
    await ends.pop()?.()
    await expect(get(url)).rejects.toMatchObject({ because: 'ECONNREFUSED' })
  })

  it.each([['ftp://a/b'], ['https://'], ['file:///etc/passwd']])('does not get %s', async (url) => {
    await expect(get(url)).rejects.toMatchObject({ because: expect.stringMatching(/\S/) })
  })

  it.each([
    ['data:image/png;base64,AP8K', 'image/png', [0, 255, 10]],
    ['DATA:image/png;charset=utf-8;BASE64,AP8K', 'image/png', [0, 255, 10]],
    ['data:text/plain,a%20%E8%8C%B6', 'text/plain', [...Buffer.from('a 茶')]],
    ['data:,a', 'text/plain', [97]],
    ['data:image/gif;base64,', 'image/gif', []],
  ])('reads %s', async (url, contentType, bytes) => {
    const answer = await get(url)
    expect([answer.status, answer.contentType, [...answer.body]]).toEqual([200, contentType, bytes])
    const real = await request(fetch, { method: 'GET', url, deadline: millis(5000), maxBytes: 1000 })
    expect(answer.body).toEqual(real.body)
  })

  it('reads the picture that the rules send', async () => {
    const { contentType, body } = await get(DEMO_PICTURE, { maxBytes: 100_000 })
    expect([contentType, body.subarray(1, 4).toString()]).toEqual(['image/png', 'PNG'])
  })

  it.each(['data:text/plain,%', 'data:text/plain,%E8'])('does not read %s', async (url) => {
    await expect(get(url)).rejects.toMatchObject({ because: 'network' })
  })
})
