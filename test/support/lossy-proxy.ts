import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { closeServer, listen } from '../../dev/emulator/server.ts'

export interface LossyProxy {
  readonly endpoint: string
  /** How many requests came. */
  requests(): number
  close(): Promise<void>
}

/** Stands before a DynamoDB: hands every request on, and cuts the connection in place of the first answers. */
export async function lossyProxy(target: string, losses: number): Promise<LossyProxy> {
  let requests = 0
  const server = createServer((request, response) => {
    requests += 1
    void pass(request, response, requests <= losses)
  })
  const pass = async (request: IncomingMessage, response: ServerResponse, isLost: boolean): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const headers = new Headers(request.headers as Record<string, string>)
    for (const name of ['connection', 'content-length', 'expect', 'host', 'transfer-encoding']) headers.delete(name)
    const answer = await fetch(target, { method: 'POST', headers, body: Buffer.concat(chunks) })
    const body = Buffer.from(await answer.arrayBuffer())
    if (isLost) response.destroy()
    else response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(body)
  }
  const endpoint = await listen(server)
  return { endpoint, requests: () => requests, close: () => closeServer(server) }
}
