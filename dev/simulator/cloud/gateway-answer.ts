import type { ServerResponse } from 'node:http'
import type { CloudFailure } from './cloud-failures.ts'
import { writeOpenApiAnswer } from './open-api-frame.ts'

/** An answer of the gateway; the SDK takes what is called exactly this for JSON, and anything else for protobuf. */
export interface GatewayAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: Buffer | string
}

const JSON_TYPE = 'application/json; charset=utf-8'

export const jsonAnswer = (says: unknown): GatewayAnswer => ({
  status: 200,
  contentType: JSON_TYPE,
  body: JSON.stringify(says),
})

export const bytesAnswer = (body: Buffer): GatewayAnswer => ({
  status: 200,
  contentType: 'application/octet-stream',
  body,
})

/** How a call ends that was asked to fail: with an answer, without one, or cut off. */
export function failedAnswer(failure: CloudFailure, requestId: string): GatewayAnswer | 'hang' | 'reset' {
  const { errcode, systemError, gatewayError, status } = failure
  if (failure.hang === true) return 'hang'
  if (failure.reset === true) return 'reset'
  if (gatewayError !== undefined) return jsonAnswer({ ...gatewayError, requestId })
  if (status !== undefined) return { status, contentType: 'text/html', body: '' }
  if (systemError !== undefined) return bytesAnswer(writeOpenApiAnswer({ errorCode: systemError }))
  if (errcode !== undefined) return bytesAnswer(writeOpenApiAnswer(refusal(errcode)))
  return bytesAnswer(failure.garbage === true ? Buffer.from('<html>\xff\xfe', 'latin1') : Buffer.alloc(0))
}

const refusal = (errcode: number) => ({
  body: JSON.stringify({ errcode, errmsg: `failed as asked rid: local-${errcode}` }),
  contentType: 'application/json; encoding=utf-8',
})

export function sendAnswer(response: ServerResponse, answer: GatewayAnswer | 'hang' | 'reset'): void {
  if (answer === 'hang') return
  if (answer === 'reset') {
    response.socket?.resetAndDestroy()
    return
  }
  const { status, contentType, body } = answer
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
