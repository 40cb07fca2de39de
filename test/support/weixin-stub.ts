import { createServer, type IncomingHttpHeaders } from 'node:http'
import { closeServer, listen, readBody } from '../../dev/emulator/server.ts'

export interface WeixinCall {
  /** `POST /cgi-bin/message/custom/send` */
  readonly name: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Tells connections apart. */
  readonly port: number
}

interface WeixinAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | object
}

export interface WeixinStub {
  readonly url: string
  readonly calls: readonly WeixinCall[]
  close(): Promise<void>
}

/** An api.weixin.qq.com on this machine that says what the test says; `undefined` is no answer, `cut` an end of the connection. */
export async function aWeixinStub(answer: (call: WeixinCall) => WeixinAnswer | 'cut' | undefined): Promise<WeixinStub> {
  const calls: WeixinCall[] = []
  const server = createServer(async (request, response) => {
    const body = (await readBody(request)) ?? Buffer.alloc(0)
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://weixin')
    const call = {
      name: `${request.method} ${pathname}`,
      query: searchParams,
      headers: request.headers,
      body: body.toString('latin1'),
      port: request.socket.remotePort ?? 0,
    }
    calls.push(call)
    const said = answer(call)
    if (said === 'cut') return void response.destroy()
    if (said === undefined) return
    response.writeHead(said.status ?? 200, said.headers)
    response.end(typeof said.body === 'string' ? said.body : JSON.stringify(said.body))
  })
  return { url: await listen(server), calls, close: () => closeServer(server) }
}

/** The body of a call as UTF-8. */
export const textOf = ({ body }: WeixinCall): string => Buffer.from(body, 'latin1').toString('utf8')
