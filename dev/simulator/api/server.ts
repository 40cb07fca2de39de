import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Clock } from '../../../shared/kernel/time.ts'
import { closeServer, listen } from '../../emulator/server.ts'
import { type Answer, proxyPage, refused } from './answer.ts'
import { type ApiCall, readCall } from './call.ts'
import { type Failure, failures } from './failures.ts'
import { type Call, outbox } from './outbox.ts'
import { pauses } from './pauses.ts'
import { Refusal } from './refusal.ts'
import { checkMethod, type Route } from './routes.ts'

interface ServerWorld {
  readonly clock: Clock
  readonly port: number
  readonly routes: Readonly<Record<string, Route>>
  /** How long every answer takes, by real time. */
  readonly latencyMs: number
  /** @throws {Refusal} */
  readonly checkToken: (call: ApiCall) => void
}

export interface ApiServer {
  readonly url: string
  outbox(): readonly Call[]
  fail(failure: Failure): void
  clearFailures(): void
  close(): Promise<void>
}

/** Hears calls, notes them, spoils those that are to fail and answers the others. */
export async function startApiServer({ clock, port, routes, latencyMs, checkToken }: ServerWorld): Promise<ApiServer> {
  const calls = outbox(clock)
  const toCome = failures()
  const waits = pauses()
  const server = createServer((request, response) => void serve(request, response))
  const url = await listen(server, port)
  return { url, outbox: calls.all, fail: toCome.add, clearFailures: toCome.clear, close }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const call = await readCall(request)
      const note = calls.record(call)
      const failure = toCome.take(call.path)
      if (failure?.hang === true) return
      const answer = spoiled(failure) ?? (await answerTo(call))
      await waits.wait(latencyMs + (failure?.delayMs ?? 0))
      answer.onSent?.()
      if (response.destroyed) return
      note(answer.says)
      send(response, answer)
    } catch {
      response.destroy() // The client went away.
    }
  }

  function spoiled(failure: Failure | undefined): Answer | undefined {
    if (failure?.errcode !== undefined) return refused(new Refusal(failure.errcode), clock())
    return failure?.status === undefined ? undefined : proxyPage(failure.status)
  }

  async function answerTo(call: ApiCall): Promise<Answer> {
    const route = Object.hasOwn(routes, call.path) ? routes[call.path] : undefined
    if (route === undefined) return proxyPage(404)
    if (call.body === undefined) return proxyPage(413)
    try {
      checkMethod(call, route.method)
      if (route.needsToken) checkToken(call)
      return await route.handler(call)
    } catch (error) {
      if (error instanceof Refusal) return refused(error, clock())
      return { ...proxyPage(500), says: { fault: String(error) } }
    }
  }

  async function close(): Promise<void> {
    waits.close()
    await closeServer(server)
  }
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
