import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import { lambdaHandler } from '../../../shared/http/lambda.ts'
import type { PlainRequest, PlainResponse } from '../../../shared/http/plain.ts'

type Event = Omit<Partial<APIGatewayProxyEventV2>, 'requestContext'> & { readonly requestContext?: unknown }

/** What the app was asked, for an event. */
async function requestOf(event: Event): Promise<PlainRequest> {
  const asked: PlainRequest[] = []
  const handler = lambdaHandler(async (request) => {
    asked.push(request)
    return { status: 200, body: '' }
  })
  await handler(event as APIGatewayProxyEventV2)
  const [request] = asked
  if (request === undefined) throw new Error('the app was not asked')
  return request
}

const answerOf = (response: PlainResponse) => lambdaHandler(async () => response)({} as APIGatewayProxyEventV2)

describe('lambdaHandler', () => {
  it('gives the app method, path, query and body', async () => {
    const requestContext = { http: { method: 'POST' } }
    const event = { requestContext, rawPath: '/push', rawQueryString: 'a=1%2B1&b=+', body: '{"a":"你好"}' }
    const { body, ...request } = await requestOf(event)
    expect(request).toEqual({ method: 'POST', path: '/push', query: 'a=1%2B1&b=+' })
    expect(Buffer.from(body).toString('utf8')).toBe('{"a":"你好"}')
  })

  it('gives the bytes of a base64 body, those that are no text as well', async () => {
    const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x00, 0xff, 0xfe])
    const { body } = await requestOf({ body: bytes.toString('base64'), isBase64Encoded: true })
    expect(Buffer.from(body)).toEqual(bytes)
  })

  it('takes base64 that is not marked as such for text', async () => {
    const { body } = await requestOf({ body: 'e30=', isBase64Encoded: false })
    expect(Buffer.from(body).toString('utf8')).toBe('e30=')
  })

  it('takes what an event written by hand leaves out for empty', async () => {
    for (const event of [{}, { requestContext: {} }, { requestContext: { http: {} } }]) {
      const { body, ...request } = await requestOf(event)
      expect(request).toEqual({ method: '', path: '', query: '' })
      expect(body).toHaveLength(0)
    }
  })

  it('answers with status, content type and body', async () => {
    expect(await answerOf({ status: 200, contentType: 'text/plain', body: 'success' })).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'text/plain' },
      body: 'success',
    })
  })

  it('answers with the headers that the app adds', async () => {
    const headers = { 'cache-control': 'no-store' }
    expect(await answerOf({ status: 200, contentType: 'application/json', headers, body: '{}' })).toEqual({
      statusCode: 200,
      headers: { 'cache-control': 'no-store', 'content-type': 'application/json' },
      body: '{}',
    })
  })

  it('answers without a content type when there is none', async () => {
    expect(await answerOf({ status: 401, body: '' })).toEqual({ statusCode: 401, headers: {}, body: '' })
  })

  it('lets an error of the app through: Lambda answers 500 and the alarm hears of it', async () => {
    const failing = lambdaHandler(async () => {
      throw new TypeError('a bug')
    })
    await expect(failing({} as APIGatewayProxyEventV2)).rejects.toThrow('a bug')
  })
})
