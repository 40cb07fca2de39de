import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { countDeliveries } from './emulator/deliveries.ts'
import { type LocalTables, startTables } from './emulator/dynamo.ts'
import type { Item } from './emulator/dynamo-writes.ts'
import { lambdaEnvironment } from './emulator/environment.ts'
import { type Gateway, type Routes, startGateway } from './emulator/gateway.ts'
import { type LocalFunction, startFunction } from './emulator/runtime.ts'
import { StackError } from './emulator/stack-error.ts'
import { type Environment, type FunctionTemplate, readTemplate } from './emulator/template.ts'

interface StackOptions {
  /** The folder of serverless.yml; the bundles it names are built. */
  readonly root: string
  /** 0 takes a free one. */
  readonly port: number
  /** Read by `${env:…}` and `${ssm:…}` in serverless.yml; nothing else is. */
  readonly env: Environment
  readonly onLog?: (functionName: string, text: string) => void
  /** Routes that exist in the local stack only. */
  readonly devRoutes?: (backend: Backend) => Routes
}

/** Everything behind the gateway. */
export interface Backend {
  readonly tableEndpoint: string
  readonly tableName: string
  readonly client: DynamoDBClient
  /** How often an item with this key was put, whether or not it was written. */
  deliveriesOf(item: Item): number
  /** All that the function finds in `process.env`. */
  functionEnvironment(name: string): Readonly<Record<string, string>>
  /** @throws {FunctionError} */
  invoke(name: string, event: unknown): Promise<unknown>
  /** At whatever line they stand. */
  killInstances(name: string): void
  /** Deletes the items that have expired, as DynamoDB does much later, and counts them. */
  sweep(nowSec: number): Promise<number>
}

export interface Stack extends Backend, Gateway {
  /** The same tables behind another gateway, whose functions have another environment. It closes with the stack. */
  fork(options: { readonly env: Environment; readonly port?: number }): Promise<Gateway>
}

/**
 * The whole system on this machine, ready to serve.
 * @throws {StackError} PORT_TAKEN, TEMPLATE_INVALID
 * @throws {FunctionError} what a bundle threw while it was loaded, as for a missing setting
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { tables: definitions } = readTemplate(options.root, options.env)
  const tableName = definitions[0]?.createTable.TableName
  if (tableName === undefined) throw new StackError('TEMPLATE_INVALID', 'resources has no table')
  const deliveries = countDeliveries(definitions)
  const tables = await startTables({ tables: definitions, onPut: deliveries.count })
  const deliveriesOf = (item: Item): number => deliveries.of(tableName, item)
  const forks = new Set<Service>()
  try {
    const main = await startService(options, tables, { tableName, deliveriesOf })
    return {
      ...main.backend,
      url: main.url,
      fork: async ({ env, port = 0 }) => {
        const fork = await startService({ ...options, port, env: { ...options.env, ...env } }, tables, {
          tableName,
          deliveriesOf,
        })
        forks.add(fork)
        return fork
      },
      close: async () => {
        await Promise.all([main, ...forks].map((service) => service.close()))
        await tables.close()
      },
    }
  } catch (error) {
    await tables.close()
    throw error
  }
}

interface Service extends Gateway {
  readonly backend: Backend
}

type TableView = Pick<Backend, 'tableName' | 'deliveriesOf'>

/** The functions and the gateway in front of them. */
async function startService(options: StackOptions, tables: LocalTables, view: TableView): Promise<Service> {
  const functions = startFunctions(options, tables.endpoint)
  const find = (name: string): RunningFunction => {
    const found = functions.find(({ definition }) => definition.name === name)
    if (found === undefined) throw new TypeError(`serverless.yml has no function ${name}`)
    return found
  }
  const backend: Backend = {
    ...view,
    tableEndpoint: tables.endpoint,
    client: tables.client,
    sweep: tables.sweep,
    functionEnvironment: (name) => find(name).environment,
    invoke: (name, event) => find(name).running.invoke(event),
    killInstances: (name) => find(name).running.kill(),
  }
  const stop = async (): Promise<void> => void (await Promise.all(functions.map(({ running }) => running.close())))
  try {
    await Promise.all([tables.ready(), ...functions.map(({ running }) => running.ready())])
    const routes = { ...routesOf(functions), ...options.devRoutes?.(backend) }
    const onLog = (text: string): void => options.onLog?.('gateway', text)
    const gateway = await startGateway({ port: options.port, routes, onLog })
    return { backend, url: gateway.url, close: async () => void (await Promise.all([gateway.close(), stop()])) }
  } catch (error) {
    await stop()
    throw error
  }
}

interface RunningFunction {
  readonly definition: FunctionTemplate
  readonly environment: Readonly<Record<string, string>>
  readonly running: LocalFunction
}

function startFunctions({ root, env, onLog }: StackOptions, tableEndpoint: string): readonly RunningFunction[] {
  return readTemplate(root, env).functions.map((definition) => {
    const { name, bundle, timeoutMs } = definition
    const environment = lambdaEnvironment(definition, tableEndpoint)
    const log = (text: string): void => onLog?.(name, text)
    return { definition, environment, running: startFunction({ name, bundle, timeoutMs, environment, onLog: log }) }
  })
}

const routesOf = (functions: readonly RunningFunction[]): Routes =>
  Object.fromEntries(
    functions.flatMap(({ definition, running }) =>
      definition.routes.map(({ method, path }) => [`${method} ${path}`, running.invoke] as const),
    ),
  )
