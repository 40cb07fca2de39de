import type { StreamEvent } from '../../dev/emulator/event-source.ts'
import { DEMO } from '../../dev/settings.ts'
import { MESSAGED } from '../../dev/simulator/api/template.ts'
import { loginApp, USER_SIG_LIFE } from '../../functions/login/app.ts'
import { noticesApp } from '../../functions/send/notices.ts'
import { noticesOf } from '../../functions/send/notices-of.ts'
import { requestsApp } from '../../functions/send/requests.ts'
import { loadSettings } from '../../shared/config/settings.ts'
import type { App } from '../../shared/http/plain.ts'
import { deriveUserId } from '../../shared/im/user-id.ts'
import { signUserSig } from '../../shared/im/user-sig.ts'
import { dynamoAttempts } from '../../shared/store/dynamo-attempts.ts'
import { dynamoIdentities } from '../../shared/store/dynamo-identity.ts'
import { dynamoOrders } from '../../shared/store/dynamo-order.ts'
import { dynamoWork } from '../../shared/store/dynamo-work.ts'
import { accountApi } from '../../shared/wechat/account-api.ts'
import { codeToSession } from '../../shared/wechat/session.ts'
import { account } from '../cases.ts'
import { eventOf, PLENTY, type Surroundings, worldOf } from './functions.ts'
import type { FunctionName } from './usage.ts'

/** send and login, put together as their handlers do it; `imUrl` is IM's REST API. */
export function imFunctionsOf(surroundings: Surroundings, imUrl: string) {
  const { client, tableName, noted, wechat, secret } = surroundings
  const { appId } = account
  const world = worldOf(surroundings)
  const { clock } = world
  const identities = dynamoIdentities(client, tableName, appId)
  const work = dynamoWork(client, tableName, clock)
  const settings = { appId, appSecret: secret, apiBase: wechat.url, tableName }
  const requests = {
    ...world,
    appId,
    identities,
    orders: dynamoOrders(client, tableName, clock),
    permit: (person, template) => work.permit(person, template, false),
    sendSubscribeMessage: accountApi(settings, client, world).sendSubscribeMessage,
    random: () => 1,
  } satisfies Parameters<typeof requestsApp>[0]
  const env = { ...DEMO, TABLE_NAME: tableName, IM_API_BASE: imUrl, NOTIFY_TEMPLATE: MESSAGED }
  const notices = noticesApp(noticesOf(env, client, requests))
  const login = loginApp({
    ...world,
    attempts: dynamoAttempts(client, tableName, clock, secretKey),
    session: codeToSession({ ...world, base: wechat.url }, appId, secret),
    identities,
    deriveUserId: (openId) => deriveUserId(secretKey, appId, openId),
    signUserSig: (userId, now) => signUserSig({ sdkAppId, secretKey, userId, now, expire: USER_SIG_LIFE }),
    sdkAppId,
  })

  const asking =
    (name: FunctionName, app: App) =>
    async (said: object): Promise<string> => {
      const body = Buffer.from(JSON.stringify(said))
      const request = { method: 'POST', path: `/${name}`, query: '', ip: '203.0.113.7', body }
      const answer = await noted.invoke(name, () => app(request))
      if (answer.status !== 200) throw new Error(`${name} answered ${answer.status}`)
      noted.answered(answer.body)
      return answer.body
    }

  return {
    /** `POST /login`, `POST /send`. */
    login: asking('login', login),
    send: asking('send', requestsApp(requests)),
    ofStream: {
      send: (event: StreamEvent): Promise<unknown> => {
        noted.work(event.Records.length)
        return noted.invoke('send', () => notices(eventOf(event), PLENTY))
      },
    },
  }
}

const { imSdkAppId: sdkAppId, imSecretKey: secretKey } = loadSettings(DEMO, 'imSdkAppId', 'imSecretKey')
