import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { type Members, parsedMembers } from '../api/call.ts'
import { readForm } from './multipart.ts'
import { type OpenApiRequest, readOpenApiRequest } from './open-api-frame.ts'

/** All but what is asked. */
interface Common {
  readonly headers: IncomingHttpHeaders
  /** `wxCloudApiToken`, or '' without one. */
  readonly token: string
  readonly env: string
}

export type GatewayRequest =
  | (Common & OpenApiRequest & { readonly kind: 'openApi'; readonly apiName: string })
  | (Common & { readonly kind: 'database'; readonly action: string; readonly params: Members })
  | (Common & { readonly kind: 'unknown'; readonly action: string })

/** What was asked of the gateway. */
export interface CloudCall extends Common {
  /** `customerServiceMessage.send`, or the action: `database.insertDocument`. */
  readonly apiName: string
  /** The decoded arguments; of the database what the SDK sent. */
  readonly data: Members
  /** By name: of a file nothing but its name and its length. */
  readonly files: Readonly<Record<string, { readonly filename: string; readonly length: number }>>
}

const DATABASE = 'database.'

/** @throws {TypeError | SyntaxError} it is not what an SDK sends */
export function readRequest({ headers }: IncomingMessage, body: Buffer): GatewayRequest {
  const type = headers['content-type'] ?? ''
  return type.startsWith('multipart/form-data') ? readMultipart(headers, readForm(body, type)) : readJson(headers, body)
}

function readMultipart(headers: IncomingHttpHeaders, parts: ReadonlyMap<string, Buffer>): GatewayRequest {
  const text = (name: string): string => parts.get(name)?.toString() ?? ''
  const common = { headers, token: text('wxCloudApiToken'), env: text('envName') }
  const action = text('action')
  if (action !== 'wx.openApi') return { ...common, kind: 'unknown', action }
  const request = readOpenApiRequest(parts.get('requestData') ?? Buffer.alloc(0))
  return { ...common, ...request, kind: 'openApi', apiName: text('apiName') }
}

function readJson(headers: IncomingHttpHeaders, body: Buffer): GatewayRequest {
  const params = parsedMembers(body) ?? {}
  const text = (name: string): string => (typeof params[name] === 'string' ? params[name] : '')
  const common = { headers, token: text('wxCloudApiToken'), env: text('envName') }
  const action = text('action')
  if (!action.startsWith(DATABASE)) return { ...common, kind: 'unknown', action }
  return { ...common, kind: 'database', action: action.slice(DATABASE.length), params }
}

export function notedCall(request: GatewayRequest): CloudCall {
  const { headers, token, env } = request
  const common = { headers, token, env, files: {}, data: {} }
  if (request.kind === 'unknown') return { ...common, apiName: request.action }
  if (request.kind === 'database') return { ...common, apiName: DATABASE + request.action, data: request.params }
  const files = Object.entries(request.files).map(
    ([name, { filename, bytes }]) => [name, { filename, length: bytes.length }] as const,
  )
  return { ...common, apiName: request.apiName, data: request.data, files: Object.fromEntries(files) }
}
