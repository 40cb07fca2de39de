import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { IamCaller } from './iam-authorizer.ts'
import type { WireRequest } from './sigv4.ts'

export type HttpEvent = APIGatewayProxyEventV2 & {
  /** Of a route that takes signed requests only. */
  readonly requestContext: { readonly authorizer?: IamCaller }
}

/** Content types whose body an HTTP API hands on as text; every other body, and one without a type, becomes base64. */
const TEXT = /^(?:text\/.*|application\/(?:json|xml|javascript))$/i

/** Not handed on: about this connection, or given elsewhere in the event. */
const LEFT_OUT = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'expect', 'cookie']

interface Taken {
  readonly body: Buffer
  readonly routeKey: string
  readonly atMs: number
  /** Who signed it, when that was asked for. */
  readonly caller?: IamCaller
}

/** The event an HTTP API makes of a request, payload format 2.0: members without a value are left out. */
export function httpEvent(request: IncomingMessage, { body, routeKey, atMs, caller }: Taken): HttpEvent {
  const [, sentPath = '', rawQueryString = ''] = /^([^?]*)\??(.*)$/s.exec(request.url ?? '') ?? []
  const headers = forwardedHeaders(request)
  const cookies = headers.get('cookie')?.split(/;\s*/)
  for (const name of LEFT_OUT) headers.delete(name)
  const path = decodedPath(sentPath)
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString,
    ...(cookies === undefined ? {} : { cookies }),
    headers: Object.fromEntries(headers),
    ...(rawQueryString === '' ? {} : { queryStringParameters: joinedQuery(rawQueryString) }),
    requestContext: {
      ...requestContext(request, path, routeKey, atMs),
      ...(caller === undefined ? {} : { authorizer: caller }),
    },
    ...eventBody(body, headers.get('content-type')),
  }
}

/** The request as its sender signed it. */
export const wireRequest = (request: IncomingMessage, body: Buffer): WireRequest => ({
  method: request.method ?? '',
  target: request.url ?? '',
  headers: joinedHeaders(request),
  body,
})

/** An HTTP API matches and reports the path decoded. */
export function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function eventBody(body: Buffer, contentType = ''): Pick<HttpEvent, 'body' | 'isBase64Encoded'> {
  if (body.length === 0) return { isBase64Encoded: false }
  const isText = TEXT.test(contentType.replace(/;.*$/s, '').trim())
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText }
}

/** Lower-case names; a header sent again is joined with a comma. */
function joinedHeaders({ rawHeaders }: IncomingMessage): Map<string, string> {
  const headers = new Map<string, string>()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = String(rawHeaders[at]).toLowerCase()
    add(headers, name, String(rawHeaders[at + 1]), name === 'cookie' ? '; ' : ',')
  }
  return headers
}

function add(headers: Map<string, string>, name: string, value: string, separator: string): void {
  const before = headers.get(name)
  headers.set(name, before === undefined ? value : `${before}${separator}${value}`)
}

/** With those that the gateway adds. */
function forwardedHeaders(request: IncomingMessage): Map<string, string> {
  const { socket } = request
  const headers = joinedHeaders(request)
  add(headers, 'x-forwarded-for', socket.remoteAddress ?? '127.0.0.1', ', ')
  headers.set('x-forwarded-port', String(socket.localPort))
  headers.set('x-forwarded-proto', 'http')
  return headers
}

/** Decoded; a parameter sent again is joined with a comma. */
function joinedQuery(rawQueryString: string): Record<string, string> {
  const query = new URLSearchParams(rawQueryString)
  return Object.fromEntries([...query.keys()].map((name) => [name, query.getAll(name).join(',')]))
}

function requestContext(
  { method = '', headers, httpVersion, socket }: IncomingMessage,
  path: string,
  routeKey: string,
  atMs: number,
): APIGatewayProxyEventV2['requestContext'] {
  const domainName = headers.host?.replace(/:\d+$/, '') ?? '127.0.0.1'
  return {
    accountId: '000000000000',
    apiId: 'local',
    domainName,
    domainPrefix: domainName.replace(/\..*$/s, ''),
    http: {
      method,
      path,
      protocol: `HTTP/${httpVersion}`,
      sourceIp: socket.remoteAddress ?? '127.0.0.1',
      userAgent: headers['user-agent'] ?? '',
    },
    requestId: `${randomBytes(11).toString('base64url')}=`,
    routeKey,
    stage: '$default',
    time: accessLogTime(atMs),
    timeEpoch: atMs,
  }
}

/** `12/Mar/2020:19:03:58 +0000` */
function accessLogTime(atMs: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(atMs).toUTCString()) ?? []
  return `${day}/${month}/${year}:${time} +0000`
}
