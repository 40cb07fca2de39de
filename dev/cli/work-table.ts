import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { loadSettings } from '../../shared/config/settings.ts'
import type { AppId, UserId } from '../../shared/kernel/ids.ts'
import { type Millis, systemClock } from '../../shared/kernel/time.ts'
import { keyItem, replayed } from '../../shared/store/item.ts'
import { identityKey, imKey, personKey } from '../../shared/store/key.ts'
import { isConversation } from '../../shared/wechat/message.ts'
import { localAccess } from '../emulator/dynamo.ts'
import { scanAll } from '../emulator/dynamo-tables.ts'
import type { Item } from '../emulator/item-size.ts'
import { demoNames, localSettings } from '../settings.ts'
import { runningStack } from '../stack-file.ts'
import { textOf, UsageError, type Values } from './command.ts'
import { clockAt } from './running.ts'

export const TABLE_OPTIONS = { table: { type: 'string' } } as const

export const TABLE_HELP = [
  '--table weapp-push-prod-table takes the deployed table, with your AWS credentials and region; else the running stack.',
  '--table 指定云上的表（使用本机 AWS 凭据与区域），不带则取本地运行中的环境。',
]

/** The table that a command looks into. */
export interface WorkTable {
  /** By the clock of whoever works on this table. */
  now(): Promise<Millis>
  items(filter: Filter): Promise<readonly Item[]>
  /** What is kept about a person, by the openid or by the UserID of somebody who has logged in. */
  belongings(name: string): Promise<readonly Item[]>
  /** The openid of whom IM tells under this partition key, as far as it is known. */
  openIdUnder(im: string): Promise<string | undefined>
  /** False when it was settled meanwhile. */
  replay(item: Item, now: Millis): Promise<boolean>
  close(): void
}

/** A condition over the whole table. */
interface Filter {
  readonly FilterExpression: string
  readonly ExpressionAttributeNames?: Record<string, string>
  readonly ExpressionAttributeValues: Item
}

export function workTable(values: Values): WorkTable {
  const deployed = textOf(values, 'table')
  const { client, tableName } = tableOf(deployed)
  async function openIdUnder(im: string): Promise<string | undefined> {
    const Key = keyItem(identityKey(im))
    return (await client.send(new GetItemCommand({ TableName: tableName, Key }))).Item?.openId?.S
  }
  const openIdOf = async (name: string): Promise<string> =>
    /^o[\w-]{27}$/.test(name) ? name : ((await openIdUnder(imKey(name as UserId))) ?? name)
  return {
    now: async () => (deployed === undefined ? await clockAt() : systemClock)(),
    items: (filter) => scanAll(client, { TableName: tableName, ...filter }),
    openIdUnder,
    belongings: async (name) => {
      const appId = appIdOf(deployed)
      const found: Item[] = []
      const query = {
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: personKey(appId, await openIdOf(name)) } },
      }
      for await (const { Items = [] } of paginateQuery({ client }, query)) found.push(...Items)
      return found
    },
    replay: async ({ pk, sk, state, message }, now) => {
      const key = { pk: pk?.S ?? '', sk: sk?.S ?? '' }
      const from = state?.S === 'ready' ? 'ready' : 'failed'
      const update = replayed(key, { from, isConversation: isConversation(message?.S ?? ''), now })
      try {
        await client.send(new UpdateItemCommand({ TableName: tableName, ...update }))
        return true
      } catch (cause) {
        if (cause instanceof ConditionalCheckFailedException) return false
        throw cause
      }
    },
    close: () => client.destroy(),
  }
}

/** The demo's is nobody's in a deployed table. */
function appIdOf(deployed: string | undefined): AppId {
  const settings = localSettings(deployed === undefined ? runningStack() : undefined)
  if (deployed !== undefined && demoNames(settings).includes('WECHAT_APP_ID')) {
    throw new UsageError('--table needs WECHAT_APP_ID in the environment or in .env 需要设置 WECHAT_APP_ID')
  }
  return loadSettings(settings, 'appId').appId
}

// A note for those who maintain the SDK's callers, not for whoever looks into a table.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

function tableOf(deployed: string | undefined): { readonly client: DynamoDBClient; readonly tableName: string } {
  if (deployed !== undefined) return { client: new DynamoDBClient({}), tableName: deployed }
  const { AWS_ENDPOINT_URL_DYNAMODB: endpoint, TABLE_NAME: tableName } = runningStack()?.env ?? {}
  if (endpoint === undefined || tableName === undefined) {
    throw new UsageError(
      'no stack is running here: npm start, or --table <name> 本地环境未运行：npm start，或加 --table',
    )
  }
  return { client: new DynamoDBClient(localAccess(endpoint)), tableName }
}
