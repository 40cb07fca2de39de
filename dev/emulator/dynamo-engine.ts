import type { IncomingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import dynalite from 'dynalite'

export interface DynamoRequest {
  /** `PutItem` */
  readonly operation: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
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
