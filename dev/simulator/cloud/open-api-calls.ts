import type { WeChatApi } from '../api/wechat-api.ts'
import { type OpenApiRequest, writeOpenApiAnswer } from './open-api-frame.ts'

/** Where the call of a cloud function goes when it is made by HTTPS. */
const PATHS: Readonly<Record<string, string>> = {
  'customerServiceMessage.send': '/cgi-bin/message/custom/send',
  'customerServiceMessage.setTyping': '/cgi-bin/message/custom/typing',
  'customerServiceMessage.uploadTempMedia': '/cgi-bin/media/upload',
  'subscribeMessage.send': '/cgi-bin/message/subscribe/send',
}

const NOT_FOUND = -604100
const NO_PERMISSION = -604101
const SYSTEM_ERROR = -604103

/**
 * Calls the simulated WeChat as if by HTTPS with a valid token: its windows, permits and media count, and its outbox notes the call.
 * A permission that config.json does not list is asked for first, as the platform does.
 * @returns the protobuf answer; `undefined`: WeChat does not answer
 */
export function openApiCalls(wechat: WeChatApi, permissions: readonly string[] | undefined) {
  return async (apiName: string, { data, files }: OpenApiRequest): Promise<Buffer | undefined> => {
    const path = Object.hasOwn(PATHS, apiName) ? PATHS[apiName] : undefined
    if (path === undefined) return writeOpenApiAnswer({ errorCode: NOT_FOUND })
    if (permissions?.includes(apiName) === false) return writeOpenApiAnswer({ errorCode: NO_PERMISSION })
    const answer = await wechat.call(path, data, files)
    if (answer === undefined) return undefined
    if (answer.status !== 200) return writeOpenApiAnswer({ errorCode: SYSTEM_ERROR })
    return writeOpenApiAnswer({ body: answer.body, contentType: answer.headers['content-type'] ?? '' })
  }
}
