import { createServer } from 'node:http'
import { closeServer, listen, readBody } from '../../dev/emulator/server.ts'
import { DEMO } from '../../dev/settings.ts'
import { startTencentIm, type TencentIm } from '../../dev/simulator/im/tencent-im.ts'
import { imApp } from '../../functions/im/app.ts'
import { loadSettings } from '../../shared/config/settings.ts'
import { Secret } from '../../shared/kernel/secret.ts'
import { moderate } from '../../shared/reply/moderation.ts'
import { dynamoNotices } from '../../shared/store/dynamo-notices.ts'
import { type Surroundings, worldOf } from './functions.ts'

/** The simulated Tencent IM, and function im behind its callbacks, put together as its handler does it. */
export async function chatOf(surroundings: Surroundings): Promise<TencentIm> {
  const { client, tableName, clock, noted } = surroundings
  const { imSdkAppId, imSecretKey, imAdmin, imCallbackTokens } = SETTINGS
  const app = imApp({
    ...worldOf(surroundings),
    trust: { sdkAppId: imSdkAppId, tokens: imCallbackTokens },
    admin: imAdmin,
    notices: dynamoNotices(client, tableName, clock),
    moderate,
  })
  const server = createServer(async (request, response) => {
    const [path = '', query = ''] = (request.url ?? '').split('?')
    const body = (await readBody(request)) ?? Buffer.alloc(0)
    const answer = await noted.invoke('im', () => app({ method: request.method ?? '', path, query, body }))
    noted.answered(answer.body)
    response.writeHead(answer.status, { 'content-type': answer.contentType ?? 'text/plain' }).end(answer.body)
  })
  const url = await listen(server)
  const im = await startTencentIm({
    account: { sdkAppId: Number(imSdkAppId), secretKey: imSecretKey, admin: imAdmin },
    clock,
    callback: { url: `${url}/im`, token: imCallbackTokens[0] ?? new Secret('') },
  })
  return {
    ...im,
    close: async () => {
      await im.close()
      await closeServer(server)
    },
  }
}

const SETTINGS = loadSettings(DEMO, 'imSdkAppId', 'imSecretKey', 'imAdmin', 'imCallbackTokens')
