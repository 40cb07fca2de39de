import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

interface AwsCall {
  /** `AmazonSSM.GetParameter`, or the Action of the older services. */
  readonly action: string
  /** The access key that signed the call. */
  readonly accessKey: string
  readonly input: Readonly<Record<string, unknown>>
}

export interface AwsStub {
  readonly url: string
  readonly calls: readonly AwsCall[]
  close(): void
}

/** An AWS on this machine that knows one service. What `answer` does not answer is denied; `__type` is the name of an error. */
export async function anAwsStub(answer: (call: AwsCall) => object | undefined): Promise<AwsStub> {
  const calls: AwsCall[] = []
  const server = createServer(async (request, response) => {
    const call = readCall(request, Buffer.concat(await request.toArray()).toString('utf8'))
    calls.push(call)
    const output = answer(call)
    const refused = output === undefined || '__type' in output
    response.writeHead(refused ? 400 : 200, { 'content-type': String(request.headers['content-type']) })
    response.end(output === undefined ? denial(request) : JSON.stringify(output))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, calls, close: () => void server.close() }
}

const speaksJson = ({ headers }: IncomingMessage): boolean => headers['x-amz-target'] !== undefined

function readCall(request: IncomingMessage, body: string): AwsCall {
  const [, accessKey = ''] = /Credential=(\w+)\//.exec(request.headers.authorization ?? '') ?? []
  if (speaksJson(request))
    return { action: String(request.headers['x-amz-target']), accessKey, input: JSON.parse(body) }
  const input = Object.fromEntries(new URLSearchParams(body))
  return { action: input.Action ?? '', accessKey, input }
}

const denial = (request: IncomingMessage): string =>
  speaksJson(request)
    ? '{"__type":"AccessDeniedException","message":"denied"}'
    : '<ErrorResponse><Error><Code>AccessDenied</Code><Message>denied</Message></Error></ErrorResponse>'
