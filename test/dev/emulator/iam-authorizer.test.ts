import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Gateway, startGateway } from '../../../dev/emulator/gateway.ts'
import type { HttpEvent } from '../../../dev/emulator/http-event.ts'
import { signRequest } from '../../../dev/emulator/sign-request.ts'
import { amzDateOf } from '../../../dev/emulator/sigv4.ts'
import { type StackClock, stackClock } from '../../../dev/emulator/stack-clock.ts'
import { millis, systemClock } from '../../../shared/kernel/time.ts'
import { signedBySdk } from '../../support/sdk-signer.ts'

const MINUTE = 60_000
const BODY = '{"to":"某人"}'
const JSON_TYPE = { 'content-type': 'application/json' }

let gateway: Gateway
let time: StackClock
let heard: HttpEvent[] = []

const answer = async (event: HttpEvent): Promise<unknown> => {
  heard.push(event)
  return { statusCode: 200, body: 'done' }
}

beforeAll(async () => {
  time = stackClock()
  const signedRoutes = ['POST /send', 'PUT /send', 'GET /send']
  const routes = Object.fromEntries([...signedRoutes, 'POST /open'].map((key) => [key, answer]))
  gateway = await startGateway({ port: 0, routes, signedRoutes, clock: time.clock })
})
afterAll(() => gateway.close())
beforeEach(() => {
  heard = []
})

interface Sent {
  readonly method?: string
  readonly target?: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body?: string
}

/** Sends exactly these headers. */
async function send({ method = 'POST', target = '/send', headers, body = BODY }: Sent) {
  const { hostname, port } = new URL(gateway.url)
  const set = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  const sending = httpRequest({ hostname, port, method, path: target, headers: Object.fromEntries(set), agent: false })
  sending.end(body)
  const [response] = await once(sending, 'response')
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return { status: response.statusCode, text: Buffer.concat(chunks).toString() }
}

const DONE = { status: 200, text: 'done' }
const FORBIDDEN = { status: 403, text: '{"message":"Forbidden"}' }

type SdkChanges = Partial<Parameters<typeof signedBySdk>[0]>
const bySdk = (changes: SdkChanges = {}): Promise<Record<string, string>> =>
  signedBySdk({ url: `${gateway.url}/send`, headers: JSON_TYPE, body: BODY, at: new Date(), ...changes })

describe('a route of IAM’s', () => {
  test('takes what AWS’s SDK has signed, and tells the function who it was', async () => {
    expect(await send({ headers: await bySdk() })).toEqual(DONE)
    expect(heard[0]?.requestContext.authorizer).toEqual({
      iam: {
        accessKey: 'local',
        accountId: '000000000000',
        callerId: 'local',
        cognitoIdentity: null,
        principalOrgId: null,
        userArn: 'arn:aws:iam::000000000000:user/local',
        userId: 'local',
      },
    })
    expect(heard[0]).toMatchObject({
      body: BODY,
      headers: JSON_TYPE,
      requestContext: { http: { sourceIp: '127.0.0.1' } },
    })
  })

  test.each([
    '/send?b=2&a=1&a=0',
    '/send?a=%2F%20x&%E4%BD%A0=%E5%A5%BD',
    "/send?it's=(so)*!",
    '/send?empty=&none',
    '/%73end',
  ])('takes %s, however it is written', async (target) => {
    const headers = await bySdk({ url: `${gateway.url}${target}`, method: 'GET', body: '' })
    expect(await send({ method: 'GET', target, headers, body: '' })).toEqual(DONE)
  })

  test('takes a session’s token when it is signed', async () => {
    const headers = await bySdk({ sessionToken: 'token' })
    expect(await send({ headers })).toEqual(DONE)
    expect(await send({ headers: { ...headers, 'x-amz-security-token': 'another' } })).toEqual(FORBIDDEN)
  })

  test('takes another region, and the same signature twice', async () => {
    const headers = await bySdk({ region: 'cn-northwest-1' })
    expect([await send({ headers }), await send({ headers })]).toEqual([DONE, DONE])
  })

  test('refuses what is not signed, and calls no function', async () => {
    expect(await send({ headers: JSON_TYPE })).toEqual(FORBIDDEN)
    expect(heard).toEqual([])
  })

  test('leaves other routes open, without an authorizer', async () => {
    expect(await send({ target: '/open', headers: JSON_TYPE })).toEqual(DONE)
    expect(heard[0]?.requestContext).not.toHaveProperty('authorizer')
  })

  test.each<[string, (signed: Record<string, string>) => Partial<Sent>]>([
    ['another body', () => ({ body: `${BODY} ` })],
    ['another path', () => ({ target: '/%73end' })],
    ['another query', () => ({ target: '/send?a=1' })],
    ['another method', () => ({ method: 'PUT' })],
    ['another host', ({ ...headers }) => ({ headers: { ...headers, host: 'example.com' } })],
    ['another content type', ({ ...headers }) => ({ headers: { ...headers, 'content-type': 'text/plain' } })],
    ['a header of AWS’s that is not signed', (headers) => ({ headers: { ...headers, 'x-amz-meta': '1' } })],
    ['a signed header that is missing', (headers) => ({ headers: { ...headers, 'content-type': undefined } })],
    ['no x-amz-date', (headers) => ({ headers: { ...headers, 'x-amz-date': undefined } })],
    ['an authorization that is empty', (headers) => ({ headers: { ...headers, authorization: '' } })],
    ['an authorization of another kind', (headers) => ({ headers: { ...headers, authorization: 'Bearer x' } })],
  ])('refuses %s', async (_, change) => {
    const headers = await bySdk()
    expect(await send({ headers, ...change(headers) })).toEqual(FORBIDDEN)
    expect(heard).toEqual([])
  })

  test.each([
    ['a digit of the signature', /Signature=(.)/, (digit: string) => `Signature=${digit === '0' ? '1' : '0'}`],
    ['the date of the scope', /local\/\d{8}/, () => 'local/20150830'],
    ['the service of the scope', /execute-api/, () => 'dynamodb'],
    ['the end of the scope', /aws4_request/, () => 'aws5_request'],
    ['the algorithm', /AWS4-HMAC-SHA256/, () => 'AWS4-HMAC-SHA512'],
    ['the order of the headers', /SignedHeaders=content-type;host/, () => 'SignedHeaders=host;content-type'],
    ['the host among the headers', /;host;/, () => ';'],
    ['the date among the headers', /;x-amz-date/, () => ''],
    ['the access key', /Credential=local/, () => 'Credential=locale'],
  ])('refuses another %s', async (_, what, instead) => {
    const headers = await bySdk()
    const authorization = String(headers.authorization)
    const changed = authorization.replace(what, (_all, group: string) => instead(group))
    expect(changed).not.toBe(authorization)
    expect(await send({ headers: { ...headers, authorization: changed } })).toEqual(FORBIDDEN)
  })

  test('refuses the key local with another secret, and another service’s signature', async () => {
    expect(await send({ headers: await bySdk({ secret: 'Local' }) })).toEqual(FORBIDDEN)
    expect(await send({ headers: await bySdk({ service: 'dynamodb' }) })).toEqual(FORBIDDEN)
  })

  test('takes another key’s signature when its form, date and scope are right: there is no IAM here', async () => {
    const accessKey = 'AKIAIOSFODNN7EXAMPLE'
    expect(await send({ headers: await bySdk({ accessKey, secret: 'unknown' }) })).toEqual(DONE)
    expect(heard[0]?.requestContext.authorizer?.iam).toMatchObject({ accessKey, userId: accessKey })
    const old = await bySdk({ accessKey, at: new Date(Date.now() - 6 * MINUTE) })
    expect(await send({ headers: old })).toEqual(FORBIDDEN)
    expect(await send({ headers: await bySdk({ accessKey: 'short' }) })).toEqual(FORBIDDEN)
  })

  test('takes five minutes from the real time or from the stack’s, and no more', async () => {
    time.advance(24 * 60 * MINUTE)
    const around = (now: number, minutes: number) => bySdk({ at: new Date(now + minutes * MINUTE) })
    for (const now of [systemClock(), time.clock()]) {
      for (const minutes of [-4.9, 4.9]) expect(await send({ headers: await around(now, minutes) })).toEqual(DONE)
      for (const minutes of [-5.1, 5.1]) expect(await send({ headers: await around(now, minutes) })).toEqual(FORBIDDEN)
    }
  })
})

describe('signRequest', () => {
  test('signs what the gateway takes', async () => {
    const url = `${gateway.url}/send?b=2&a=你`
    const headers = signRequest({ method: 'POST', url, headers: JSON_TYPE, body: BODY }, time.clock())
    const response = await fetch(url, { method: 'POST', headers, body: BODY })
    expect([response.status, await response.text()]).toEqual([200, 'done'])
  })

  test('signs as AWS’s SDK does', async () => {
    const at = millis(Date.UTC(2025, 9, 9, 8, 53, 20))
    const url = 'http://127.0.0.1:3000/send?b=2&a=%20%2F'
    const key = { accessKey: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
    const bySdk = await signedBySdk({ url, headers: JSON_TYPE, body: BODY, at: new Date(at), ...key })
    const { 'x-amz-content-sha256': digest = '' } = bySdk
    const headers = { ...JSON_TYPE, 'x-amz-content-sha256': digest }
    const signed = signRequest({ method: 'POST', url, headers, body: BODY }, at, key)
    expect(signed.authorization).toBe(bySdk.authorization)
    expect(signed['x-amz-date']).toBe(amzDateOf(at))
  })
})
