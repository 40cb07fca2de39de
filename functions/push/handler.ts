import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { loadSettings } from '../../shared/config/settings.ts'
import { lambdaHandler } from '../../shared/http/lambda.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { systemClock } from '../../shared/kernel/time.ts'
import { dynamoInbox } from '../../shared/store/dynamo-inbox.ts'
import { pushApp } from './app.ts'
import { TRUST_SETTINGS, trustOf } from './trust.ts'

const settings = loadSettings(process.env, ...TRUST_SETTINGS, 'tableName', 'logLevel', 'metricsNamespace')

const client = new DynamoDBClient({
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 500, requestTimeout: 1000, throwOnRequestTimeout: true },
})

export const handler = lambdaHandler(
  pushApp({
    trust: trustOf(settings),
    inbox: dynamoInbox(client, settings.tableName, systemClock, settings.pushRetention),
    clock: systemClock,
    log: jsonLog({ threshold: settings.logLevel, namespace: settings.metricsNamespace }),
  }),
)
