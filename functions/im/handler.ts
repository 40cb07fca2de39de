import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { loadSettings } from '../../shared/config/settings.ts'
import { lambdaHandler } from '../../shared/http/lambda.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { systemClock } from '../../shared/kernel/time.ts'
import { moderate } from '../../shared/reply/moderation.ts'
import { dynamoNotices } from '../../shared/store/dynamo-notices.ts'
import { imApp } from './app.ts'

const settings = loadSettings(
  process.env,
  'imSdkAppId',
  'imCallbackTokens',
  'imAdmin',
  'tableName',
  'logLevel',
  'metricsNamespace',
)

const client = new DynamoDBClient({
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 400, requestTimeout: 600, throwOnRequestTimeout: true },
})

export const handler = lambdaHandler(
  imApp({
    trust: { sdkAppId: settings.imSdkAppId, tokens: settings.imCallbackTokens },
    admin: settings.imAdmin,
    notices: dynamoNotices(client, settings.tableName, systemClock),
    moderate,
    clock: systemClock,
    log: jsonLog({ threshold: settings.logLevel, namespace: settings.metricsNamespace }),
  }),
)
