import { randomUUID } from 'node:crypto'
import { DeleteTableCommand, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { localAccess, startTables } from '../../dev/emulator/dynamo.ts'
import { createTable } from '../../dev/emulator/dynamo-tables.ts'
import { readTemplate } from '../../dev/emulator/template.ts'
import type { TableTemplate } from '../../dev/emulator/template-tables.ts'

export interface TestTable {
  readonly endpoint: string
  readonly tableName: string
  /** A client of this endpoint, or of another one that stands before it; it ends with the table. */
  client(config?: DynamoDBClientConfig): DynamoDBClient
  close(): Promise<void>
}

/**
 * The table of serverless.yml, in memory. `DYNAMODB_ENDPOINT=http://127.0.0.1:8000 npx vitest run test/shared/store` makes it at that
 * DynamoDB instead, under a name of its own, and deletes it afterwards; AWS_REGION and AWS_ACCESS_KEY_ID count when they are set.
 */
export async function startTable(): Promise<TestTable> {
  const [template] = readTemplate('.', {}).tables
  if (template === undefined) throw new Error('serverless.yml has no table')
  const given = process.env.DYNAMODB_ENDPOINT
  return given === undefined ? embedded(template) : at(given, template)
}

async function embedded(template: TableTemplate): Promise<TestTable> {
  const tables = await startTables({ tables: [template] })
  await tables.ready()
  const { clients, client } = clientsOf(tables.endpoint)
  const close = async (): Promise<void> => {
    for (const each of clients) each.destroy()
    await tables.close()
  }
  return { endpoint: tables.endpoint, tableName: template.createTable.TableName, client, close }
}

async function at(endpoint: string, { createTable: input }: TableTemplate): Promise<TestTable> {
  const TableName = `weapp-push-test-${randomUUID()}`
  const { clients, client } = clientsOf(endpoint)
  const admin = client()
  await createTable(admin, { createTable: { ...input, TableName } })
  const close = async (): Promise<void> => {
    await admin.send(new DeleteTableCommand({ TableName }))
    for (const each of clients) each.destroy()
  }
  return { endpoint, tableName: TableName, client, close }
}

function clientsOf(endpoint: string): Pick<TestTable, 'client'> & { readonly clients: readonly DynamoDBClient[] } {
  const { AWS_REGION, AWS_ACCESS_KEY_ID } = process.env
  const { region, credentials } = localAccess(endpoint)
  const access = {
    endpoint,
    region: AWS_REGION ?? region,
    ...(AWS_ACCESS_KEY_ID === undefined ? { credentials } : {}),
  }
  const clients: DynamoDBClient[] = []
  const client = (config: DynamoDBClientConfig = {}): DynamoDBClient => {
    const made = new DynamoDBClient({ ...access, ...config })
    clients.push(made)
    return made
  }
  return { clients, client }
}
