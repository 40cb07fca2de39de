import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { AppId } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { Secret } from '../kernel/secret.ts'
import type { Clock, Sleep } from '../kernel/time.ts'
import { accountOf } from '../store/account.ts'
import { dynamoTokens } from '../store/dynamo-token.ts'
import { type WeChatApi, weChatApi } from './api.ts'
import { stableToken } from './stable-token.ts'
import { accessTokens } from './token.ts'

/** What an account's API takes from the world. */
export interface ApiWorld {
  readonly fetch: typeof fetch
  readonly clock: Clock
  readonly sleep: Sleep
  readonly log: Log
}

export interface Account {
  readonly appId: AppId
  readonly appSecret: Secret
  readonly apiBase: string
  readonly tableName: string
}

/** WeChat's API, with a token that all instances share through the table. */
export function accountApi(account: Account, client: DynamoDBClient, given: ApiWorld): WeChatApi {
  const { appId, appSecret, apiBase, tableName } = account
  const world = { ...given, base: apiBase }
  const store = dynamoTokens(client, tableName, accountOf(appId, apiBase), given.clock)
  const tokens = accessTokens({ ...given, ask: stableToken(world, appId, appSecret), store })
  return weChatApi({ ...world, tokens })
}
