import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Settings } from '../../shared/config/settings.ts'
import type { Log } from '../../shared/kernel/log.ts'
import type { Clock, Sleep } from '../../shared/kernel/time.ts'
import { accountOf } from '../../shared/store/account.ts'
import { dynamoMedia } from '../../shared/store/dynamo-media.ts'
import { dynamoTokens } from '../../shared/store/dynamo-token.ts'
import { weChatApi } from '../../shared/wechat/api.ts'
import { MEDIA_LIFE, pictureMedia } from '../../shared/wechat/media.ts'
import { httpMessenger } from '../../shared/wechat/messenger.ts'
import type { Messenger } from '../../shared/wechat/outgoing.ts'
import { stableToken } from '../../shared/wechat/stable-token.ts'
import { accessTokens } from '../../shared/wechat/token.ts'

/** What the messenger takes from the world. */
interface World {
  readonly fetch: typeof fetch
  readonly clock: Clock
  readonly sleep: Sleep
  readonly log: Log
}

type Account = Pick<Settings, 'appId' | 'appSecret' | 'apiBase' | 'tableName'>

/** Words over WeChat's API, with tokens and pictures that all instances share through the table. */
export function messengerOf(settings: Account, client: DynamoDBClient, given: World): Messenger {
  const { appId, appSecret, apiBase, tableName } = settings
  const { clock, fetch } = given
  const world = { ...given, base: apiBase }
  const account = accountOf(appId, apiBase)
  const store = dynamoTokens(client, tableName, account, clock)
  const tokens = accessTokens({ ...given, ask: stableToken(world, appId, appSecret), store })
  const api = weChatApi({ ...world, tokens })
  const ids = dynamoMedia(client, tableName, account, clock, MEDIA_LIFE)
  return httpMessenger(api, pictureMedia({ fetch, api, ids }))
}
