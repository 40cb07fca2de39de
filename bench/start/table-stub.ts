import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Answers every PutItem with success and counts it. */
export interface TableStub {
  readonly endpoint: string
  writes(): number
  stop(): Promise<void>
}

export async function startTableStub(): Promise<TableStub> {
  let writes = 0
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      if (request.headers['x-amz-target'] === 'DynamoDB_20120810.PutItem') writes += 1
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}')
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    writes: () => writes,
    stop: () => new Promise((stopped) => server.close(() => stopped())),
  }
}
