import { DeleteItemCommand, DynamoDBClient, type DynamoDBClientConfig, QueryCommand } from '@aws-sdk/client-dynamodb'
import { localAccess, startTables } from '../../dev/emulator/dynamo.ts'
import type { StreamRecord } from '../../dev/emulator/dynamo-stream.ts'
import { scanAll } from '../../dev/emulator/dynamo-tables.ts'
import type { EventSourceSettings } from '../../dev/emulator/event-source-settings.ts'
import { readTemplate } from '../../dev/emulator/template.ts'
import type { Clock } from '../../shared/kernel/time.ts'
import { accountOf } from '../../shared/store/account.ts'
import type { Item } from '../../shared/store/item.ts'
import { APP_ID } from './build.ts'

/** The stack's table, in memory, and whoever asks it. */
export interface WorldTable {
  readonly name: string
  readonly client: DynamoDBClient
  /** One more, with a middleware stack of its own; they share their connections. */
  aClient(config?: DynamoDBClientConfig): DynamoDBClient
  /** How serverless.yml leads the table's stream to a function. */
  streamOf(functionName: string): EventSourceSettings
  /** All that is in the table, or what lies under a key. */
  items(pk?: string): Promise<readonly Item[]>
  /** From now on nobody has a token or a picture at this API. */
  forget(apiUrl: string): Promise<void>
  close(): Promise<void>
}

const NONE = { S: '' }

export async function worldTable(clock: Clock, onRecord: (record: StreamRecord) => void): Promise<WorldTable> {
  const template = readTemplate('.', {})
  const name = template.tables[0]?.createTable.TableName ?? ''
  const tables = await startTables({ tables: template.tables, clock, onRecord })
  await tables.ready()
  const clients: DynamoDBClient[] = []
  const { requestHandler } = tables.client.config

  function aClient(config: DynamoDBClientConfig = {}): DynamoDBClient {
    const client = new DynamoDBClient({ ...localAccess(tables.endpoint), requestHandler, ...config })
    clients.push(client)
    return client
  }
  const client = aClient()

  async function items(pk?: string): Promise<readonly Item[]> {
    const table = { TableName: name, ConsistentRead: true }
    if (pk === undefined) return await scanAll(client, table)
    const of = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: pk } } }
    return (await client.send(new QueryCommand({ ...table, ...of }))).Items ?? []
  }

  return {
    name,
    client,
    aClient,
    streamOf: (functionName) => {
      const [settings] = template.functions.find((each) => each.name === functionName)?.streams ?? []
      if (settings === undefined) throw new Error(`serverless.yml has no stream of ${functionName}`)
      return settings
    },
    items,
    forget: async (apiUrl) => {
      for (const kind of ['token', 'media']) {
        for (const { pk = NONE, sk = NONE } of await items(`${kind}#${accountOf(APP_ID, apiUrl)}`)) {
          await client.send(new DeleteItemCommand({ TableName: name, Key: { pk, sk } }))
        }
      }
    },
    close: async () => {
      for (const each of clients) each.destroy()
      await tables.close()
    },
  }
}
