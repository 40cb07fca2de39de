import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Clock } from '../../../shared/kernel/time.ts'
import { closeServer, listen } from '../../emulator/server.ts'
import { type Answer, proxyPage } from './answer.ts'
import { type ApiCall, readCall } from './call.ts'
import { type Failure, failures } from './failures.ts'
import { type Call, outbox } from './outbox.ts'
import { pauses } from './pauses.ts'

interface ServerWorld {
  readonly clock: Clock
  readonly port: number
  /** How long every answer takes, by real time. */
  readonly latencyMs: number
  /** What it rejects with is answered with 500. */
  readonly answerTo: (call: ApiCall) => Promise<Answer>
  /** How a call ends that is to fail with this code. */
  readonly refusedWith: (errcode: number) => Answer
}

export interface ApiServer {
  readonly url: string
  outbox(): readonly Call[]
  fail(failure: Failure): void
  clearFailures(): void
  /** A call that did not come by HTTP: noted, spoiled and answered like the others; `undefined`: no answer ever comes. */
  take(call: ApiCall): Promise<Answer | undefined>
  close(): Promise<void>
}

/** Hears calls, notes them, spoils those that are to fail and answers the others. */
export async function startApiServer({ clock, port, latencyMs, ...world }: ServerWorld): Promise<ApiServer> {
  const calls = outbox(clock)
  const toCome = failures()
  const waits = pauses()
  const server = createServer((request, response) => void serve(request, response))
  const url = await listen(server, port)
  return { url, outbox: calls.all, fail: toCome.add, clearFailures: toCome.clear, take, close }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const answer = await take(await readCall(request), () => !response.destroyed)
      if (answer !== undefined && !response.destroyed) send(response, answer)
    } catch {
      response.destroy() // The client went away.
    }
  }

  /** What nobody waits for any more is not noted as answered. */
  async function take(call: ApiCall, isAwaited = () => true): Promise<Answer | undefined> {
    const note = calls.record(call)
    const failure = toCome.take(call.path)
    if (failure?.hang === true) return undefined
    const answer = spoiled(failure) ?? (await answerTo(call))
    await waits.wait(latencyMs + (failure?.delayMs ?? 0))
    answer.onSent?.()
    if (isAwaited()) note(answer.says)
    return answer
  }

  function spoiled(failure: Failure | undefined): Answer | undefined {
    if (failure?.errcode !== undefined) return world.refusedWith(failure.errcode)
    return failure?.status === undefined ? undefined : proxyPage(failure.status)
  }

  async function answerTo(call: ApiCall): Promise<Answer> {
    if (call.body === undefined) return proxyPage(413)
    try {
      return await world.answerTo(call)
    } catch (error) {
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
