import { once } from 'node:events'
import { createServer, request as httpRequest, type OutgoingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Gateway, type Routes, startGateway } from '../../../dev/emulator/gateway.ts'
import type { HttpEvent } from '../../../dev/emulator/http-event.ts'
import { closeServer, listen } from '../../../dev/emulator/server.ts'

let gateway: Gateway
let heard: HttpEvent | undefined
let result: unknown
const log: string[] = []

const answer = async (event: HttpEvent): Promise<unknown> => {
  heard = event
  return typeof result === 'function' ? result() : result
}
const routes: Routes = { 'GET /push': answer, 'POST /push': answer, 'ANY /any': answer, 'GET /_dev/x': async () => [1] }

beforeAll(async () => {
  gateway = await startGateway({ port: 0, routes, limitMs: 200, onLog: (text) => log.push(text) })
})

afterAll(() => gateway.close())

interface Sent {
  readonly method?: string
  readonly path?: string
  readonly headers?: OutgoingHttpHeaders | readonly string[]
  readonly body?: Buffer | string
}

/** Sends exactly this: fetch would add headers and mend the path. */
async function send({ method = 'POST', path = '/push', headers = {}, body = '' }: Sent) {
  const { hostname, port } = new URL(gateway.url)
  const sending = httpRequest({ hostname, port, method, path, headers, agent: false })
  sending.end(body)
  const [response] = await once(sending, 'response')
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }
}

async function eventOf(sent: Sent): Promise<HttpEvent> {
  result = { statusCode: 200 }
  heard = undefined
  await send(sent)
  if (heard === undefined) throw new Error('no event reached the integration')
  return heard
}

async function answerOf(given: unknown, sent: Sent = {}) {
  result = given
  return await send(sent)
}

describe('the event', () => {
  test('has the members of payload format 2.0, and those without a value are left out', async () => {
    const event = await eventOf({ method: 'GET', headers: { 'User-Agent': 'Mozilla/4.0' } })
    const sourceIp = '127.0.0.1'
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'GET /push',
      rawPath: '/push',
      rawQueryString: '',
      headers: {
        host: new URL(gateway.url).host,
        'user-agent': 'Mozilla/4.0',
        'x-forwarded-for': sourceIp,
        'x-forwarded-port': new URL(gateway.url).port,
        'x-forwarded-proto': 'http',
      },
      requestContext: {
        accountId: '000000000000',
        apiId: 'local',
        domainName: '127.0.0.1',
        domainPrefix: '127',
        http: { method: 'GET', path: '/push', protocol: 'HTTP/1.1', sourceIp, userAgent: 'Mozilla/4.0' },
        requestId: expect.stringMatching(/^[\w-]{15}=$/),
        routeKey: 'GET /push',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      isBase64Encoded: false,
    })
  })

  test('holds the query as it was sent, and decoded with repeated names joined', async () => {
    const { rawQueryString, queryStringParameters } = await eventOf({ path: '/push?a=1&a=2&b=%2F+x&c' })
    expect(rawQueryString).toBe('a=1&a=2&b=%2F+x&c')
    expect(queryStringParameters).toEqual({ a: '1,2', b: '/ x', c: '' })
  })

  test('has lower-case header names, repeated headers joined, and cookies apart', async () => {
    const sent = ['X-Two', 'a', 'x-two', 'b', 'Cookie', 'k=1; l=2', 'X-Forwarded-For', '203.0.113.9']
    const { headers, cookies } = await eventOf({ method: 'GET', headers: ['Host', 'wx.example.com:80', ...sent] })
    expect(headers).toMatchObject({ 'x-two': 'a,b', 'x-forwarded-for': '203.0.113.9, 127.0.0.1' })
    expect(headers).not.toHaveProperty('cookie')
    expect(cookies).toEqual(['k=1', 'l=2'])
  })

  test.each([
    'text/xml',
    'text/plain; charset=utf-8',
    'application/json',
    'Application/JSON;charset=UTF-8',
    'application/xml',
    'application/javascript',
  ])('holds a body of %s as text', async (type) => {
    const text = '\uFEFF<xml>你好\r\n\u0000</xml>\n'
    const { body, isBase64Encoded } = await eventOf({ headers: { 'Content-Type': type }, body: text })
    expect([body, isBase64Encoded]).toEqual([text, false])
  })

  test.each([
    undefined,
    'application/octet-stream',
    'application/x-www-form-urlencoded',
    'application/vnd.api+json',
    'application/jsonp',
  ])('holds a body of %s as base64, byte by byte', async (type) => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    const headers = type === undefined ? {} : { 'Content-Type': type }
    const { body, isBase64Encoded } = await eventOf({ headers, body: bytes })
    expect(isBase64Encoded).toBe(true)
    expect(Buffer.from(body ?? '', 'base64').equals(bytes)).toBe(true)
  })

  test.each([{}, { 'Content-Type': 'application/json' }])('has no body when none was sent (%o)', async (headers) => {
    const event = await eventOf({ headers })
    expect(event).not.toHaveProperty('body')
    expect(event.isBase64Encoded).toBe(false)
  })
})

describe('the answer', () => {
  test('is the status, the headers, the cookies and the text of the result', async () => {
    const { status, headers, body } = await answerOf({
      statusCode: 401,
      headers: { 'Content-Type': 'text/xml', 'X-Number': 7 },
      cookies: ['a=1; Path=/', 'b=2'],
      body: '你好',
    })
    expect([status, body.toString()]).toEqual([401, '你好'])
    expect(headers).toMatchObject({ 'content-type': 'text/xml', 'x-number': '7', 'set-cookie': ['a=1; Path=/', 'b=2'] })
  })

  test('is the bytes of a base64 body', async () => {
    const bytes = Buffer.from([0, 255, 128, 13, 10])
    const { body } = await answerOf({ statusCode: 200, body: bytes.toString('base64'), isBase64Encoded: true })
    expect(body.equals(bytes)).toBe(true)
  })

  test('is empty when the result has no body', async () => {
    const { status, headers, body } = await answerOf({ statusCode: 413 })
    expect([status, headers['content-length'], body.length]).toEqual([413, '0', 0])
    expect(headers['content-type']).toBe('text/plain;charset=utf-8')
  })

  test.each([
    [{ greeting: 'hello' }, '{"greeting":"hello"}'],
    ['success', 'success'],
    [[1, 2], '[1,2]'],
    [null, 'null'],
  ])('to a result without statusCode is 200 and JSON: %j', async (given, text) => {
    const { status, headers, body } = await answerOf(given)
    expect([status, headers['content-type'], body.toString()]).toEqual([200, 'application/json', text])
  })

  test.each([
    ['a throw', () => Promise.reject(new Error('broken'))],
    ['a throw of something else', () => Promise.reject('broken')],
    ['a statusCode that is a text', { statusCode: 'broken' }],
    ['a statusCode out of range', { statusCode: 1000 }],
    ['a body that is a map', { statusCode: 200, body: {} }],
    ['headers that are a list', { statusCode: 200, headers: [] }],
    ['a header that HTTP forbids', { statusCode: 200, headers: { 'x-a': 'b\r\nx-c: d' } }],
  ])('to %s is 500, and the log knows why', async (_, given) => {
    log.length = 0
    const { status, headers, body } = await answerOf(given)
    expect([status, body.toString()]).toEqual([500, '{"message":"Internal Server Error"}'])
    expect(headers['content-type']).toBe('application/json')
    expect(log.join('')).toMatch(/^POST \/push 500: .+\n$/)
  })

  test('to a function that takes too long is 503', async () => {
    const { status, body } = await answerOf(() => new Promise(() => undefined))
    expect([status, body.toString()]).toEqual([503, '{"message":"Service Unavailable"}'])
  })

  test.each([
    ['GET', '/nowhere'],
    ['GET', '/push/'],
    ['GET', '/'],
    ['PUT', '/push'],
    ['OPTIONS', '/push'],
    ['GET', '/%'],
    ['GET', '/toString'],
  ])('to %s %s is 404', async (method, path) => {
    const { status, body } = await send({ method, path })
    expect([status, body.toString()]).toEqual([404, '{"message":"Not Found"}'])
  })

  test('to HEAD is 404 without a body, as no route names it', async () => {
    const { status, body } = await send({ method: 'HEAD' })
    expect([status, body.length]).toEqual([404, 0])
  })

  test('finds a route under ANY, and under an encoded path', async () => {
    expect((await eventOf({ method: 'PATCH', path: '/any' })).routeKey).toBe('ANY /any')
    expect((await eventOf({ path: '/pu%73h?x=%73' })).rawPath).toBe('/push')
  })

  test('to 10 MB is the function’s, to a byte more 413', async () => {
    const limit = 10 * 1024 * 1024
    expect((await answerOf({ statusCode: 204 }, { body: Buffer.alloc(limit) })).status).toBe(204)
    const { status, body } = await send({ body: Buffer.alloc(limit + 1) })
    expect([status, body.toString()]).toEqual([413, '{"message":"Request Entity Too Large"}'])
  })

  test('is not missed by a client that goes away in the middle', async () => {
    const { hostname, port } = new URL(gateway.url)
    const socket = connect(Number(port), hostname)
    socket.end('POST /push HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf')
    await once(socket.resume(), 'close')
    expect((await answerOf({ statusCode: 200 })).status).toBe(200)
  })
})

describe('startGateway', () => {
  test('rejects a taken port with what to do, in one line', async () => {
    const { port } = new URL(gateway.url)
    const started = startGateway({ port: Number(port), routes })
    await expect(started).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: expect.stringMatching(new RegExp(`^PORT_TAKEN port=${port}: .*npm start -- --port 3001.*端口.*$`)),
    })
  })

  test('listens on this machine alone and is gone after close', async () => {
    const other = await startGateway({ port: 0, routes })
    expect(new URL(other.url).hostname).toBe('127.0.0.1')
    const kept = await fetch(`${other.url}/_dev/x`)
    expect(await kept.json()).toEqual([1])
    await other.close()
    const again = createServer()
    expect(await listen(again, Number(new URL(other.url).port))).toBe(other.url)
    await closeServer(again)
  })
})
