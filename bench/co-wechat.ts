import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { parse } from 'node:querystring'
import { Readable } from 'node:stream'
import { AES_KEY, APP_ID, CONTENT, type Request, TOKEN } from './cases.ts'

/** What of Koa's context its middleware looks at. */
interface Context {
  readonly method: string
  readonly query: unknown
  readonly req?: Readable
  readonly request: { readonly body?: string; readonly length: number; readonly charset: string }
}

type Message = Readonly<Record<string, string>>
type Middleware = (context: Context) => Promise<void>
type CoWechat = (config: Readonly<Record<'token' | 'appid' | 'encodingAESKey', string>>) => {
  middleware(handle: (message: Message) => Promise<string>): Middleware
}

/** From a request to the message that co-wechat hands to its user's function. */
export interface Peer {
  readonly version: string
  /** The body as text, as a body parser leaves it: the quickest way it has. */
  receive(request: Request): Promise<unknown>
  /** The body as a stream, as it comes from a socket. */
  receiveStream(request: Request): Promise<unknown>
}

/** co-wechat when it is installed, or the sentence that says how to. */
export function loadCoWechat(folder = 'bench/peers'): Peer | string {
  const location = resolve(folder, 'node_modules/co-wechat')
  if (!existsSync(location)) {
    return `co-wechat is not installed and left out; npm ci --prefix ${folder} installs it. 未安装 co-wechat，已跳过对比。`
  }
  const require = createRequire(location)
  const { version } = require(`${location}/package.json`) as { version: string }
  return { version, ...peer(require(location) as CoWechat) }
}

function peer(coWechat: CoWechat): Omit<Peer, 'version'> {
  let received: Message = {}
  const config = { token: TOKEN, appid: APP_ID, encodingAESKey: AES_KEY }
  // An empty string answers WeChat at once: nothing is rendered and nothing sealed.
  const middleware = coWechat(config).middleware(async (message) => {
    received = message
    return ''
  })
  const run = async (context: Context): Promise<Message> => {
    received = {}
    await middleware(context)
    if (received.Content !== CONTENT) throw new Error('co-wechat did not hand over the message')
    return received
  }
  const common = ({ query, body }: Request) => ({
    method: 'POST',
    query: parse(query),
    request: { length: body.length, charset: 'utf-8' },
  })
  return {
    receive: (request) => {
      const context = common(request)
      return run({ ...context, request: { ...context.request, body: request.body.toString() } })
    },
    receiveStream: (request) => run({ ...common(request), req: streamOf(request.body) }),
  }
}

const streamOf = (body: Buffer): Readable =>
  new Readable({
    read() {
      this.push(body)
      this.push(null)
    },
  })
