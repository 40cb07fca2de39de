import { validateHeaderName, validateHeaderValue } from 'node:http'

export interface HttpAnswer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: Buffer
}

/** The gateway's own words: `{"message":"Not Found"}`. */
export const gatewayAnswer = (statusCode: number, message: string): HttpAnswer => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ message })),
})

/**
 * What an HTTP API answers for a function's result, payload format 2.0.
 * @throws {TypeError} for a result that has a statusCode and is malformed
 */
export function httpAnswer(result: unknown): HttpAnswer {
  if (!isRecord(result) || result.statusCode === undefined) return inferred(result)
  const { cookies, isBase64Encoded } = result
  return {
    statusCode: statusOf(result.statusCode),
    headers: {
      'content-type': 'text/plain;charset=utf-8',
      ...headersOf(result.headers ?? {}),
      ...(Array.isArray(cookies) && cookies.length > 0 ? { 'set-cookie': cookies.map(String) } : {}),
    },
    body: bodyOf(result.body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  }
}

/** A result without a statusCode is the body: a text as it stands, anything else as JSON. */
const inferred = (result: unknown): HttpAnswer => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(typeof result === 'string' ? result : JSON.stringify(result ?? null)),
})

function statusOf(statusCode: unknown): number {
  const status = Number(statusCode)
  if (Number.isInteger(statusCode) && status >= 200 && status <= 599) return status
  throw new TypeError(`the function answered the statusCode ${statusCode}`)
}

function headersOf(headers: unknown): Record<string, string> {
  if (!isRecord(headers)) throw new TypeError('the function answered headers that are not a map')
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const)
  for (const [name, value] of entries) {
    validateHeaderName(name)
    validateHeaderValue(name, value)
  }
  return Object.fromEntries(entries)
}

function bodyOf(body: unknown, encoding: 'base64' | 'utf8'): Buffer {
  if (typeof body === 'string') return Buffer.from(body, encoding)
  throw new TypeError('the function answered a body that is not a text')
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
