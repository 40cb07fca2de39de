import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import dynalite from 'dynalite'

export interface DynamoRequest {
  /** `PutItem` */
  readonly operation: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** DynamoDB itself deletes what has expired; everybody else is a user. */
  readonly by?: 'ttl'
}

export interface DynamoAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number>>
  readonly body: string
}

export type DynamoEngine = (request: DynamoRequest) => Promise<DynamoAnswer>

/** DynamoDB in memory. dynalite is an HTTP server; its listener is called directly: no second port, nothing to close. */
export function memoryEngine(): DynamoEngine {
  const server = dynalite({ createTableMs: 0 })
  return ({ operation, headers, body }) =>
    new Promise((resolve) => {
      const target = `DynamoDB_20120810.${operation}`
      const request = Object.assign(Readable.from([body]), {
        method: 'POST',
        url: '/',
        headers: { ...headers, 'x-amz-target': target },
      })
      const sent: Record<string, string | number> = {}
      const response = {
        statusCode: 200,
        setHeader: (name: string, value: string | number) => Object.assign(sent, { [name.toLowerCase()]: value }),
        end: (text = '') => resolve({ status: response.statusCode, headers: sent, body: text }),
      }
      server.emit('request', request, response)
    })
}

/** A request that nobody sent: it is signed by any name, since dynalite looks for a signature and not at it. */
export const ownRequest = (operation: string, body: object): DynamoRequest => ({
  operation,
  headers: {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-date': '20260101T000000Z',
    authorization: 'AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=local',
  },
  body: Buffer.from(JSON.stringify(body)),
})

/** An answer as DynamoDB writes one. */
export const answerWith = (status: number, body: object): DynamoAnswer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() },
  body: JSON.stringify(body),
})

export const invalid = (message: string): DynamoAnswer =>
  answerWith(400, { __type: 'com.amazon.coral.validate#ValidationException', message })
