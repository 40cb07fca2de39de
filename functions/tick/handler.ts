import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Context } from 'aws-lambda'
import { loadSettings } from '../../shared/config/settings.ts'
import { jsonLog } from '../../shared/kernel/log.ts'
import { millis, systemClock, systemSleep } from '../../shared/kernel/time.ts'
import { dynamoDue } from '../../shared/store/dynamo-due.ts'
import { type TickResult, tickApp } from './app.ts'

const settings = loadSettings(process.env, 'tableName', 'tickWatch', 'logLevel', 'metricsNamespace')

const tick = tickApp({
  due: dynamoDue(new DynamoDBClient({ maxAttempts: 3 }), settings.tableName),
  clock: systemClock,
  watch: { span: settings.tickWatch, sleep: systemSleep },
  log: jsonLog({ threshold: settings.logLevel, namespace: settings.metricsNamespace }),
})

export const handler = (_: unknown, context: Context): Promise<TickResult> =>
  tick(() => millis(context.getRemainingTimeInMillis()))
