import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Context } from 'aws-lambda'
import { loadSettings } from '../../shared/config/settings.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { millis, systemClock, systemSleep } from '../../shared/kernel/time.ts'
import { dynamoIdentities } from '../../shared/store/dynamo-identity.ts'
import { dynamoOrders } from '../../shared/store/dynamo-order.ts'
import { dynamoWork } from '../../shared/store/dynamo-work.ts'
import { accountApi } from '../../shared/wechat/account-api.ts'
import { sendApp } from './app.ts'
import { noticesOf } from './notices-of.ts'

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

const { appId, tableName, longTermTemplates } = settings
const client = new DynamoDBClient({ maxAttempts: 3 })
const log = jsonLog({ threshold: settings.logLevel, namespace: settings.metricsNamespace })
const world = { fetch, clock: systemClock, sleep: systemSleep, log }
const work = dynamoWork(client, tableName, systemClock)
const api = accountApi(settings, client, world)

const requests = {
  ...world,
  appId,
  identities: dynamoIdentities(client, tableName, appId),
  orders: dynamoOrders(client, tableName, systemClock),
  permit: (person, template) => work.permit(person, template, longTermTemplates.includes(template)),
  sendSubscribeMessage: api.sendSubscribeMessage,
  random: Math.random,
} satisfies Parameters<typeof sendApp>[0]['requests']

const send = sendApp({ requests, notices: noticesOf(process.env, client, requests) })

export const handler = (event: unknown, context: Context): Promise<unknown> =>
  send(event, () => millis(context.getRemainingTimeInMillis()))
