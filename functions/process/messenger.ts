import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { accountOf } from '../../shared/store/account.ts'
import { dynamoMedia } from '../../shared/store/dynamo-media.ts'
import { type Account, type ApiWorld, accountApi } from '../../shared/wechat/account-api.ts'
import { MEDIA_LIFE, pictureMedia } from '../../shared/wechat/media.ts'
import { apiMessenger } from '../../shared/wechat/messenger.ts'
import type { Messenger } from '../../shared/wechat/outgoing.ts'

/** Words over WeChat's API, with tokens and pictures that all instances share through the table. */
export function messengerOf(account: Account, client: DynamoDBClient, world: ApiWorld): Messenger {
  const { appId, apiBase, tableName } = account
  const api = accountApi(account, client, world)
  const ids = dynamoMedia(client, tableName, accountOf(appId, apiBase), world.clock, MEDIA_LIFE)
  return apiMessenger(api, pictureMedia({ fetch: world.fetch, api, ids }))
}
