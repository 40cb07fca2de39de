import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { StackError } from './stack-error.ts'

/** Longer than any client of this machine stands still between two requests: none writes into a connection that is being closed. */
const KEEP_ALIVE_MS = 120_000

/**
 * Listens on 127.0.0.1 alone and answers the URL; port 0 takes a free one.
 * @throws {StackError} PORT_TAKEN
 */
export function listen(server: Server, port = 0): Promise<string> {
  server.keepAliveTimeout = KEEP_ALIVE_MS
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(cause.code === 'EADDRINUSE' ? new StackError('PORT_TAKEN', `port=${port}`, { cause }) : cause)
    })
    server.listen(port, '127.0.0.1', () => {
      const { port: taken } = server.address() as AddressInfo
      resolve(`http://127.0.0.1:${taken}`)
    })
  })
}

/** Cuts the connections too: a client that keeps one open holds nothing up. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

/** The whole body, or `undefined` once it is longer than `limit`; the rest is read and thrown away. */
export async function readBody(
  request: IncomingMessage,
  limit = Number.POSITIVE_INFINITY,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= limit) chunks.push(chunk)
  }
  return length <= limit ? Buffer.concat(chunks) : undefined
}
