import { createServer } from 'node:http'
import { closeServer, listen, readBody } from '../../dev/emulator/server.ts'
import { startTencentIm, type TencentIm } from '../../dev/simulator/im/tencent-im.ts'
import { imApp } from '../../functions/im/app.ts'
import type { Log } from '../../shared/kernel/log.ts'
import { Secret } from '../../shared/kernel/secret.ts'
import type { Clock } from '../../shared/kernel/time.ts'
import { moderate } from '../../shared/reply/moderation.ts'
import type { NoticeInbox } from '../../shared/store/notice.ts'
import { ADMIN, anImTrust, IM_TOKEN, SDK_APP_ID } from './im.ts'

export const IM_SECRET = '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'

/** The simulated Tencent IM, and function `im` behind its callbacks, over HTTP. */
export async function imWorld(world: {
  readonly clock: Clock
  readonly notices: NoticeInbox
  readonly log: Log
}): Promise<TencentIm> {
  const { clock } = world
  const app = imApp({ ...world, trust: anImTrust(), admin: ADMIN, moderate })
  const server = createServer(async (request, response) => {
    const [path = '', query = ''] = (request.url ?? '').split('?')
    const body = (await readBody(request)) ?? Buffer.alloc(0)
    const answer = await app({ method: request.method ?? '', path, query, body })
    response.writeHead(answer.status, { 'content-type': answer.contentType ?? 'text/plain' }).end(answer.body)
  })
  const url = await listen(server)
  const im = await startTencentIm({
    account: { sdkAppId: Number(SDK_APP_ID), secretKey: new Secret(IM_SECRET), admin: ADMIN },
    clock,
    callback: { url: `${url}/im`, token: new Secret(IM_TOKEN) },
  })
  return {
    ...im,
    close: async () => {
      await im.close()
      await closeServer(server)
    },
  }
}
