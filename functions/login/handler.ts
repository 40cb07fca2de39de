import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { loadSettings } from '../../shared/config/settings.ts'
import { lambdaHandler } from '../../shared/http/lambda.ts'
import { deriveUserId } from '../../shared/im/user-id.ts'
import { signUserSig } from '../../shared/im/user-sig.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { systemClock } from '../../shared/kernel/time.ts'
import { dynamoAttempts } from '../../shared/store/dynamo-attempts.ts'
import { dynamoIdentities } from '../../shared/store/dynamo-identity.ts'
import { codeToSession } from '../../shared/wechat/session.ts'
import { loginApp, USER_SIG_LIFE } from './app.ts'

const {
  appId,
  appSecret,
  apiBase: base,
  imSdkAppId: sdkAppId,
  imSecretKey: secretKey,
  ...settings
} = loadSettings(
  process.env,
  'appId',
  'appSecret',
  'apiBase',
  'imSdkAppId',
  'imSecretKey',
  'tableName',
  'logLevel',
  'metricsNamespace',
)

const client = new DynamoDBClient({
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 500, requestTimeout: 1000, throwOnRequestTimeout: true },
})
const clock = systemClock
const log = jsonLog({ threshold: settings.logLevel, namespace: settings.metricsNamespace })

export const handler = lambdaHandler(
  loginApp({
    attempts: dynamoAttempts(client, settings.tableName, clock, secretKey),
    session: codeToSession({ fetch, base, clock, log }, appId, appSecret),
    identities: dynamoIdentities(client, settings.tableName, appId),
    deriveUserId: (openId) => deriveUserId(secretKey, appId, openId),
    signUserSig: (userId, now) => signUserSig({ sdkAppId, secretKey, userId, now, expire: USER_SIG_LIFE }),
    sdkAppId,
    clock,
    log,
  }),
)
