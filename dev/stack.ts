import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { countPuts } from './emulator/deliveries.ts'
import { type LocalTables, startTables } from './emulator/dynamo.ts'
import { scanAll } from './emulator/dynamo-tables.ts'
import type { Put } from './emulator/dynamo-writes.ts'
import { type RunningFunctions, startFunctions } from './emulator/functions.ts'
import { type Gateway, type Routes, startGateway } from './emulator/gateway.ts'
import type { Item } from './emulator/item-size.ts'
import { StackError } from './emulator/stack-error.ts'
import { type Environment, readTemplate } from './emulator/template.ts'

interface StackOptions {
  /** The folder of serverless.yml; the bundles it names are built. */
  readonly root: string
  /** 0 takes a free one. */
  readonly port: number
  /** Read by `${env:…}` and `${ssm:…}` in serverless.yml; nothing else is. */
  readonly env: Environment
  /** One line that a function wrote, or why the gateway answered 500. */
  readonly onLog?: (line: string) => void
  /** What exists in the local stack only, by route key; it is answered as JSON. */
  readonly devRoutes?: Readonly<Record<string, (stack: Stack) => Promise<unknown>>>
}

export interface Stack extends Gateway, RunningFunctions {
  readonly tableEndpoint: string
  readonly tableName: string
  readonly client: DynamoDBClient
  /** All of the table. */
  items(): Promise<readonly Item[]>
  /** How often an item was put, written or not, under `pk/sk`: a push that came three times stands here with 3. */
  readonly deliveries: ReadonlyMap<string, number>
  /** Once, when an item has been put and its writer does not know it yet. */
  afterNextPut(act: () => void): void
  /** Deletes the items that have expired, as DynamoDB does much later, and counts them. */
  sweep(nowSec: number): Promise<number>
  /** The same table behind another gateway, whose functions have another environment. It ends with the stack. */
  fork(options: { readonly env: Environment }): Promise<Gateway>
}

/**
 * The whole system on this machine, ready to serve.
 * @throws {StackError} PORT_TAKEN, TEMPLATE_INVALID
 * @throws {FunctionError} what a bundle threw while it was loaded, as for a missing setting
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const [table] = readTemplate(options.root, options.env).tables
  if (table === undefined) throw new StackError('TEMPLATE_INVALID', 'resources has no table')
  const deliveries = new Map<string, number>()
  const count = countPuts(table, deliveries)
  const watchers: (() => void)[] = []
  const onPut = (put: Put): void => {
    count(put)
    for (const act of watchers.splice(0)) act()
  }
  const tables = await startTables({ tables: [table], onPut })
  const services: Service[] = []
  const devRoutes = (): Routes =>
    Object.fromEntries(Object.entries(options.devRoutes ?? {}).map(([key, answer]) => [key, () => answer(stack)]))
  const start = async (changes: Partial<StackOptions>): Promise<Service> => {
    const service = await startService({ ...options, ...changes }, tables, devRoutes())
    services.push(service)
    return service
  }
  const close = async (): Promise<void> => {
    await Promise.all(services.map((service) => service.close()))
    await tables.close()
  }
  const main = await start({}).catch(async (error: unknown) => {
    await close()
    throw error
  })
  const { TableName } = table.createTable
  const stack: Stack = {
    ...main.functions,
    url: main.url,
    tableEndpoint: tables.endpoint,
    tableName: TableName,
    client: tables.client,
    items: () => scanAll(tables.client, { TableName }),
    deliveries,
    afterNextPut: (act) => void watchers.push(act),
    sweep: tables.sweep,
    fork: ({ env }) => start({ port: 0, env: { ...options.env, ...env } }),
    close,
  }
  return stack
}

interface Service extends Gateway {
  readonly functions: RunningFunctions
}

/** The functions and the gateway in front of them. */
async function startService(options: StackOptions, tables: LocalTables, devRoutes: Routes): Promise<Service> {
  const onLog = (text: string): void => {
    for (const line of text.split('\n')) if (line !== '') options.onLog?.(line)
  }
  const {
    routes,
    ready,
    close: stop,
    ...functions
  } = startFunctions({
    definitions: readTemplate(options.root, options.env).functions,
    tableEndpoint: tables.endpoint,
    onLog,
  })
  try {
    await Promise.all([tables.ready(), ready()])
    const gateway = await startGateway({ port: options.port, routes: { ...routes, ...devRoutes }, onLog })
    return { functions, url: gateway.url, close: async () => void (await Promise.all([gateway.close(), stop()])) }
  } catch (error) {
    await stop()
    throw error
  }
}
