import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { closeServer, listen, readBody } from '../../dev/emulator/server.ts'

export interface TableProxy {
  readonly endpoint: string
  /** How many requests came. */
  requests(): number
  close(): Promise<void>
}

/** What may go wrong around a request; true cuts the connection there. */
interface Misfortune {
  readonly before?: () => boolean
  readonly after?: () => boolean
}

/** Stands before a DynamoDB and hands every request on, unless something goes wrong. */
export async function tableProxy(target: string, { before, after }: Misfortune): Promise<TableProxy> {
  let requests = 0
  const server = createServer((request, response) => {
    requests += 1
    void pass(request, response)
  })
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const sent = (await readBody(request)) ?? Buffer.alloc(0)
    if (before?.() === true) return void response.destroy()
    const headers = new Headers(request.headers as Record<string, string>)
    for (const name of ['connection', 'content-length', 'expect', 'host', 'transfer-encoding']) headers.delete(name)
    const answer = await fetch(target, { method: 'POST', headers, body: new Uint8Array(sent) })
    const body = Buffer.from(await answer.arrayBuffer())
    if (after?.() === true) return void response.destroy()
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(body)
  }
  const endpoint = await listen(server)
  return { endpoint, requests: () => requests, close: () => closeServer(server) }
}

/** Loses the answers to the first writes: they are done, and the writer does not know. */
export async function lossyProxy(target: string, losses: number): Promise<TableProxy> {
  let lost = 0
  return await tableProxy(target, { after: () => ++lost <= losses })
}
