import { randomInt } from 'node:crypto'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { loadSettings } from '../../shared/config/settings.ts'
import { imApi } from '../../shared/im/api.ts'
import type { NotifyDeps } from '../../shared/notify/deps.ts'
import { noticeOf } from '../../shared/reply/notice.ts'
import { firstTemplate, neededTemplate } from '../../shared/reply/templates.ts'
import { dynamoNotices } from '../../shared/store/dynamo-notices.ts'
import { dynamoNotify } from '../../shared/store/dynamo-notify.ts'
import type { ApiWorld } from '../../shared/wechat/account-api.ts'
import type { RequestsDeps } from './requests.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What notices need besides. @throws {Fault} SETTINGS_INVALID, TEMPLATE_UNKNOWN */
export function noticesOf(env: Environment, client: DynamoDBClient, given: RequestsDeps & ApiWorld): NotifyDeps {
  const settings = loadSettings(
    env,
    'tableName',
    'imSdkAppId',
    'imSecretKey',
    'imAdmin',
    'imApiBase',
    'notifyTemplate',
    'notifyCooldowns',
    'notifyPerDay',
    'quietHours',
    'notifyWhen',
  )
  const { clock } = given
  const template = settings.notifyTemplate ?? firstTemplate()
  neededTemplate(template)
  const im = imApi({
    ...given,
    base: settings.imApiBase,
    random: () => randomInt(2 ** 32),
    sdkAppId: settings.imSdkAppId,
    admin: settings.imAdmin,
    secretKey: settings.imSecretKey,
  })
  const inbox = dynamoNotices(client, settings.tableName, clock)
  return {
    ...given,
    ...settings,
    store: dynamoNotify(client, settings.tableName, clock, inbox),
    onlineStatus: im.onlineStatus,
    noticeOf,
    template,
  }
}
