import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda'
import { loadSettings } from '../../shared/config/settings.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { millis, systemClock, systemSleep } from '../../shared/kernel/time.ts'
import { decide } from '../../shared/reply/decide.ts'
import { handlersOf } from '../../shared/reply/handlers.ts'
import { RULES } from '../../shared/reply/rules.ts'
import { checkHandlers } from '../../shared/reply/table.ts'
import { dynamoWork } from '../../shared/store/dynamo-work.ts'
import { processApp } from './app.ts'
import { messengerOf } from './messenger.ts'

const settings = loadSettings(
  process.env,
  'appId',
  'appSecret',
  'apiBase',
  'longTermTemplates',
  'tableName',
  'logLevel',
  'metricsNamespace',
)

const handlers = handlersOf(process.env)
checkHandlers(RULES, handlers)

const client = new DynamoDBClient({ maxAttempts: 3 })
const log = jsonLog({ threshold: settings.logLevel, namespace: settings.metricsNamespace })
const world = { fetch, clock: systemClock, sleep: systemSleep, log }

const work = processApp({
  ...world,
  ...settings,
  decide,
  handlers,
  messenger: messengerOf(settings, client, world),
  work: dynamoWork(client, settings.tableName, systemClock),
  random: Math.random,
})

export const handler = (event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> =>
  work(event, () => millis(context.getRemainingTimeInMillis()))
