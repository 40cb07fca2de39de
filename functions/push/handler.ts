import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { loadSettings } from '../../shared/config/settings.ts'
import { lambdaHandler } from '../../shared/http/lambda.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { systemClock } from '../../shared/kernel/time.ts'
import { dynamoInbox } from '../../shared/store/dynamo.ts'
import { decodeAesKey } from '../../shared/wechat/envelope.ts'
import { pushApp } from './app.ts'

const settings = loadSettings(
  process.env,
  'appId',
  'tokens',
  'encodingAesKeys',
  'pushMode',
  'pushRetention',
  'tableName',
  'logLevel',
)

const client = new DynamoDBClient({
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 500, requestTimeout: 1000, throwOnRequestTimeout: true },
})

export const handler = lambdaHandler(
  pushApp({
    trust: {
      appId: settings.appId,
      tokens: settings.tokens,
      keys: settings.encodingAesKeys.map((key) => decodeAesKey(key.reveal())),
      mode: settings.pushMode,
      maxAge: settings.pushRetention,
    },
    inbox: dynamoInbox(client, settings.tableName, systemClock, settings.pushRetention),
    clock: systemClock,
    log: jsonLog(settings.logLevel),
  }),
)
