import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Clock, systemClock } from '../../shared/kernel/time.ts'
import { decodedPath, type HttpEvent, httpEvent, wireRequest } from './http-event.ts'
import { gatewayAnswer, type HttpAnswer, httpAnswer } from './http-result.ts'
import { iamCaller } from './iam-authorizer.ts'
import { closeServer, listen, readBody } from './server.ts'

/** What stands behind a route: a function, or something that only the local stack has. */
type Integration = (event: HttpEvent) => Promise<unknown>

/** By route key: `GET /push`, `ANY /push`. */
export type Routes = Readonly<Record<string, Integration>>

interface GatewayOptions {
  /** 0 takes a free one. */
  readonly port: number
  readonly routes: Routes
  /** The route keys that take signed requests only. */
  readonly signedRoutes?: readonly string[]
  /** Hears why a request was answered with a 5xx of the gateway's own. */
  readonly onLog?: (text: string) => void
  /** How long an integration may take before the answer is 503. */
  readonly limitMs?: number
  /** The time that events carry. */
  readonly clock?: Clock
}

export interface Gateway {
  readonly url: string
  close(): Promise<void>
}

const BODY_LIMIT = 10 * 1024 * 1024
/** The longest that an HTTP API waits. */
const INTEGRATION_LIMIT_MS = 30_000

/**
 * An API Gateway HTTP API on 127.0.0.1, payload format 2.0.
 * @throws {StackError} PORT_TAKEN
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { port, routes, signedRoutes = [], limitMs = INTEGRATION_LIMIT_MS, clock = systemClock } = options
  const { onLog = () => undefined } = options
  const server = createServer((request, response) => void serve(request, response))
  const url = await listen(server, port)
  return { url, close: () => closeServer(server) }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await readBody(request, BODY_LIMIT)
      send(response, await answerTo(request, body))
    } catch {
      response.destroy() // The client went away.
    }
  }

  async function answerTo(request: IncomingMessage, body: Buffer | undefined): Promise<HttpAnswer> {
    const path = decodedPath((request.url ?? '').replace(/\?.*$/s, ''))
    const key = [`${request.method} ${path}`, `ANY ${path}`].find((candidate) => Object.hasOwn(routes, candidate))
    const integration = key === undefined ? undefined : routes[key]
    if (key === undefined || integration === undefined) return gatewayAnswer(404, 'Not Found')
    if (body === undefined) return gatewayAnswer(413, 'Request Entity Too Large')
    const taken = { body, routeKey: key, atMs: clock() }
    if (!signedRoutes.includes(key)) return integrate(integration, httpEvent(request, taken))
    const caller = iamCaller(wireRequest(request, body), [clock, systemClock])
    if (caller === undefined) return gatewayAnswer(403, 'Forbidden')
    return integrate(integration, httpEvent(request, { ...taken, caller }))
  }

  async function integrate(integration: Integration, event: HttpEvent): Promise<HttpAnswer> {
    try {
      return await inTime(integration(event).then(httpAnswer), limitMs)
    } catch (error) {
      onLog(`${event.routeKey} 500: ${error instanceof Error ? error.message : error}\n`)
      return gatewayAnswer(500, 'Internal Server Error')
    }
  }
}

async function inTime(answer: Promise<HttpAnswer>, limitMs: number): Promise<HttpAnswer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<HttpAnswer>((resolve) => {
    timer = setTimeout(resolve, limitMs, gatewayAnswer(503, 'Service Unavailable'))
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}

function send(response: ServerResponse, { statusCode, headers, body }: HttpAnswer): void {
  response.writeHead(statusCode, { ...headers, 'content-length': body.length })
  response.end(body)
}
