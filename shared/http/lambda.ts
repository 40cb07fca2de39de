import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import type { App, PlainRequest } from './plain.ts'

/** An app as a Lambda behind an HTTP API, payload format 2.0. */
export const lambdaHandler =
  (app: App) =>
  async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const { status, contentType, headers, body } = await app(plainRequest(event))
    const ofContent = contentType === undefined ? {} : { 'content-type': contentType }
    return { statusCode: status, headers: { ...headers, ...ofContent }, body }
  }

// HTTP API sends every body that is not text, JSON or XML by its content type as base64; an event may also be written by hand.
const plainRequest = (event: Partial<APIGatewayProxyEventV2>): PlainRequest => ({
  method: event.requestContext?.http?.method ?? '',
  path: event.rawPath ?? '',
  query: event.rawQueryString ?? '',
  ...ofCaller(event.requestContext?.http?.sourceIp),
  body: Buffer.from(event.body ?? '', event.isBase64Encoded === true ? 'base64' : 'utf8'),
})

const ofCaller = (ip: string | undefined) => (ip === undefined ? {} : { ip })
