import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Clock } from '../../../shared/kernel/time.ts'
import { closeServer, listen, readBody } from '../../emulator/server.ts'
import { pauses } from '../api/pauses.ts'
import type { WeChatApi } from '../api/wechat-api.ts'
import { type CloudFailure, cloudFailures, spoils } from './cloud-failures.ts'
import { type CloudDatabase, type DatabaseOptions, startDatabase } from './database.ts'
import { bytesAnswer, failedAnswer, type GatewayAnswer, jsonAnswer, sendAnswer } from './gateway-answer.ts'
import { type CloudCall, type GatewayRequest, notedCall, readRequest } from './gateway-request.ts'
import { type InvocationContext, invocationEnvironment } from './invocation.ts'
import { openApiCalls } from './open-api-calls.ts'

export interface CloudGatewayOptions extends DatabaseOptions {
  /** Where cloud calls end up. */
  readonly wechat: WeChatApi
  readonly clock: Clock
  readonly appId?: string
  /** 0, which is the default, takes a free one. */
  readonly port?: number
  /** What config.json lists under `permissions.openapi`; without it everything is allowed. */
  readonly permissions?: readonly string[]
}

/** What stands behind `…tcb-api.tencentcloudapi.com/admin` on 127.0.0.1: cloud calls and the cloud database, as wx-server-sdk asks for them. */
export interface CloudGateway {
  readonly url: string
  readonly database: CloudDatabase
  /** The environment of an invocation that finds this gateway. */
  environment(context?: InvocationContext): Record<string, string>
  /** All that was asked, oldest first. */
  calls(): readonly CloudCall[]
  /** Of cloud calls; the database has its own. @throws {TypeError} */
  fail(failure: CloudFailure): void
  clearFailures(): void
  close(): Promise<void>
}

/** @throws {StackError} PORT_TAKEN */
export async function startCloudGateway(options: CloudGatewayOptions): Promise<CloudGateway> {
  const { wechat, appId = 'wx0000000000000000', port = 0 } = options
  const calls: CloudCall[] = []
  const toCome = cloudFailures()
  const waits = pauses()
  const database = startDatabase(options)
  const callWeChat = openApiCalls(wechat, options.permissions)
  const server = createServer((request, response) => void serve(request, response))
  const url = `${await listen(server, port)}/admin`
  let invocations = 0
  return {
    url,
    database,
    environment: (context = {}) => invocationEnvironment(context, { url, appId, sequence: ++invocations }),
    calls: () => [...calls],
    fail: toCome.add,
    clearFailures: () => {
      toCome.clear()
      database.clearFailures()
    },
    close: async () => {
      waits.close()
      database.close()
      await closeServer(server)
    },
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const request = readRequest(incoming, (await readBody(incoming)) ?? Buffer.alloc(0))
      calls.push(notedCall(request))
      const failure = request.kind === 'database' ? database.failureOf(request.action) : failureOf(request)
      const answer = await (failure === undefined ? answerTo(request) : failed(request, failure))
      if (!response.destroyed) sendAnswer(response, answer)
    } catch {
      response.destroy() // The client went away, or it spoke another language.
    }
  }

  function failureOf(request: GatewayRequest): CloudFailure | undefined {
    return request.kind === 'openApi' ? toCome.take(request.apiName) : undefined
  }

  async function failed(request: GatewayRequest, failure: CloudFailure): Promise<GatewayAnswer | 'hang' | 'reset'> {
    const answer = !spoils(failure) || failure.afterEffect === true ? await answerTo(request) : undefined
    await waits.wait(failure.delayMs ?? 0)
    return spoils(failure) ? failedAnswer(failure, `local-${calls.length}`) : (answer ?? 'hang')
  }

  async function answerTo(request: GatewayRequest): Promise<GatewayAnswer | 'hang'> {
    const requestId = `local-${calls.length}`
    switch (request.kind) {
      case 'openApi': {
        const body = await callWeChat(request.apiName, request)
        return body === undefined ? 'hang' : bytesAnswer(body)
      }
      case 'database':
        return jsonAnswer({ requestId, ...(await database.answerTo(request.action, request.params)) })
      case 'unknown':
        return jsonAnswer({ requestId, code: 'INVALID_ACTION', message: `no such action: ${request.action}` })
    }
  }
}
