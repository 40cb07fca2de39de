import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { crc32 } from 'node:zlib'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type Clock, systemClock } from '../../shared/kernel/time.ts'
import { completeDynamo } from './dynamo-complete.ts'
import { type DynamoAnswer, type DynamoEngine, memoryEngine, ownRequest } from './dynamo-engine.ts'
import { recordChanges, type StreamRecord } from './dynamo-stream.ts'
import { createTable, deleteExpired } from './dynamo-tables.ts'
import type { Put } from './dynamo-writes.ts'
import { closeServer, listen, readBody } from './server.ts'
import type { TableTemplate } from './template-tables.ts'

export interface LocalTables {
  readonly endpoint: string
  readonly client: DynamoDBClient
  /** Resolves once every table takes items. */
  ready(): Promise<void>
  /** Deletes what has expired, as DynamoDB does hours or days later, and counts it. Never runs by itself. */
  sweep(nowSec: number): Promise<number>
  close(): Promise<void>
}

/** How a client reaches local tables; any region and any credentials will do. */
export const localAccess = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
})

interface TablesOptions {
  readonly tables: readonly TableTemplate[]
  /** Sees every put, written or not, before its writer has the answer. */
  readonly onPut?: (put: Put) => void
  /** Sees every record of a stream in the order of commits, before the writer has the answer. */
  readonly onRecord?: (record: StreamRecord) => void
  /** The time of records, and of how long a transaction's token is remembered. */
  readonly clock?: Clock
  /** The time of those who ask: an SDK that reads another one in an answer takes its own for wrong, and asks again. */
  readonly callersClock?: Clock
}

const nobody = (): void => undefined

/** DynamoDB on 127.0.0.1, in memory, with the tables of the template. The endpoint takes requests before they are made. */
export async function startTables(options: TablesOptions): Promise<LocalTables> {
  const { tables, onPut = nobody, onRecord = nobody, clock = systemClock, callersClock = systemClock } = options
  const onChange = recordChanges(tables, clock, onRecord)
  const engine = completeDynamo(memoryEngine(), { clock, tables, onPut, onChange })
  const server = createServer((request, response) => void serve(engine, callersClock, request, response))
  const endpoint = await listen(server)
  // The local stack runs on Node 20 too; the SDK would tell every newcomer about it.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  const client = new DynamoDBClient(localAccess(endpoint))
  const created = Promise.all(tables.map((table) => createTable(client, table)))
  created.catch(() => undefined)
  const expire = (input: object): Promise<DynamoAnswer> => engine({ ...ownRequest('DeleteItem', input), by: 'ttl' })
  return {
    endpoint,
    client,
    ready: async () => void (await created),
    sweep: async (nowSec) => {
      const counts = await Promise.all(tables.map((table) => deleteExpired(client, expire, table, nowSec)))
      return counts.reduce((sum, count) => sum + count, 0)
    },
    close: async () => {
      await created.catch(() => undefined)
      client.destroy()
      await closeServer(server)
    },
  }
}

async function serve(
  engine: DynamoEngine,
  clock: Clock,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const body = (await readBody(request)) ?? Buffer.alloc(0)
    const [, operation = ''] = String(request.headers['x-amz-target']).split('.')
    response.setHeader('date', new Date(clock()).toUTCString())
    send(response, await engine({ operation, headers: request.headers, body }))
  } catch {
    // The client went away while it sent, or the writer's answer could not be completed: it will try again.
    response.destroy()
  }
}

function send(response: ServerResponse, { status, headers, body }: DynamoAnswer): void {
  response.writeHead(status, { ...headers, 'x-amz-crc32': crc32(body), 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
