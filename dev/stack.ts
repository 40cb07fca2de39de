import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Clock } from '../shared/kernel/time.ts'
import { countPuts } from './emulator/deliveries.ts'
import { type LocalTables, startTables } from './emulator/dynamo.ts'
import type { StreamRecord } from './emulator/dynamo-stream.ts'
import { scanAll } from './emulator/dynamo-tables.ts'
import type { Put } from './emulator/dynamo-writes.ts'
import type { DiscardedBatch } from './emulator/event-source-discard.ts'
import { type RunningFunctions, startFunctions } from './emulator/functions.ts'
import { type Gateway, type Routes, startGateway } from './emulator/gateway.ts'
import type { HttpEvent } from './emulator/http-event.ts'
import type { Item } from './emulator/item-size.ts'
import { type StackClock, stackClock } from './emulator/stack-clock.ts'
import { StackError } from './emulator/stack-error.ts'
import { type Environment, type FunctionTemplate, readTemplate } from './emulator/template.ts'
import { startTriggers, type Triggers } from './emulator/triggers.ts'
import { byLine } from './log-line.ts'

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
  readonly devRoutes?: Readonly<Record<string, DevRoute>>
  /** Sees each change of the table as its stream tells it, before its writer and any function. */
  readonly onRecord?: (record: StreamRecord) => void
  /** Added to every function's environment, over what serverless.yml gives it. */
  readonly functionEnv?: Readonly<Record<string, string>>
  /** The clock, when somebody outside goes by it too. */
  readonly time?: StackClock
}

/** A {@link StackError} that it throws, such as REQUEST_INVALID, becomes 400 with its message. */
type DevRoute = (stack: Stack, event: HttpEvent) => Promise<unknown>

export interface Stack extends Gateway, RunningFunctions {
  readonly tableEndpoint: string
  readonly tableName: string
  readonly client: DynamoDBClient
  /** All of the table. */
  items(): Promise<readonly Item[]>
  /** How often an item was put, written or not, under `pk/sk`: a push that came three times stands here with 3. */
  readonly deliveries: ReadonlyMap<string, number>
  /** Once, when a push has been put and its writer does not know it yet. */
  afterNextPush(act: () => void): void
  /** Deletes the items that have expired, as DynamoDB does much later, and counts them. */
  sweep(nowSec: number): Promise<number>
  /** The time that functions, stream and schedules see. */
  readonly clock: Clock
  /**
   * Moves the clock forwards. Windows that are over then are delivered and awaited, then every schedule runs once, due or nearly so,
   * and is awaited; what it makes ready is on its way at once. Nothing is swept.
   */
  advance(ms: number): Promise<void>
  /** Resolves once no change of the table and no schedule is under way any more; what a window holds back goes at once. */
  settled(): Promise<void>
  /** What the event sources gave up, as it stands at their failure destinations. */
  discarded(): readonly DiscardedBatch[]
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
    if (put.item.kind?.S === 'push') for (const act of watchers.splice(0)) act()
  }
  const time = options.time ?? stackClock()
  let triggers: Triggers | undefined
  const onRecord = (record: StreamRecord): void => {
    options.onRecord?.(record)
    triggers?.offer(record)
  }
  const tables = await startTables({ tables: [table], onPut, onRecord, clock: time.clock, callersClock: time.clock })
  const services: Service[] = []
  const devRoutes = (): Routes =>
    Object.fromEntries(
      Object.entries(options.devRoutes ?? {}).map(([key, answer]) => [key, (event) => answerDev(answer, stack, event)]),
    )
  const start = async (changes: Partial<StackOptions>): Promise<Service> => {
    const service = await startService({ ...options, ...changes }, { tables, time, devRoutes: devRoutes() })
    services.push(service)
    return service
  }
  const close = async (): Promise<void> => {
    triggers?.close()
    await Promise.all(services.map((service) => service.close()))
    await tables.close()
  }
  const main = await start({}).catch(async (error: unknown) => {
    await close()
    throw error
  })
  const { invoke } = main.functions
  triggers = startTriggers({ definitions: main.definitions, invoke, clock: time.clock, onLog: logLines(options) })
  const { settled, discarded, catchUp } = triggers
  const { TableName } = table.createTable
  const stack: Stack = {
    ...main.functions,
    url: main.url,
    tableEndpoint: tables.endpoint,
    tableName: TableName,
    client: tables.client,
    items: () => scanAll(tables.client, { TableName }),
    deliveries,
    afterNextPush: (act) => void watchers.push(act),
    sweep: tables.sweep,
    clock: time.clock,
    advance: async (ms) => {
      time.advance(ms)
      await catchUp()
    },
    settled,
    discarded,
    fork: ({ env }) => start({ port: 0, env: { ...options.env, ...env } }),
    close,
  }
  return stack
}

async function answerDev(answer: DevRoute, stack: Stack, event: HttpEvent): Promise<unknown> {
  try {
    return await answer(stack, event)
  } catch (error) {
    if (!(error instanceof StackError)) throw error
    const headers = { 'content-type': 'application/json' }
    return { statusCode: 400, headers, body: JSON.stringify({ message: error.message }) }
  }
}

interface Service extends Gateway {
  readonly functions: RunningFunctions
  readonly definitions: readonly FunctionTemplate[]
}

/** What all services of a stack share. */
interface Shared {
  readonly tables: LocalTables
  readonly time: StackClock
  readonly devRoutes: Routes
}

/**
 * Nobody reads metrics here. A tick that stayed for what is soon due would wait in real time while the clock is moved:
 * `advance` runs the schedules instead.
 */
const LOCAL = { METRICS_NAMESPACE: '', TICK_WATCH_SECONDS: '0' }

/** The functions and the gateway in front of them. */
async function startService(options: StackOptions, { tables, time, devRoutes }: Shared): Promise<Service> {
  const onLog = logLines(options)
  const { functions: written } = readTemplate(options.root, options.env)
  const definitions = written.map((definition) => {
    return { ...definition, environment: { ...definition.environment, ...LOCAL, ...options.functionEnv } }
  })
  const tableEndpoint = tables.endpoint
  const started = startFunctions({ definitions, tableEndpoint, onLog, clock: time.buffer })
  const { routes, signedRoutes, ready, close: stop, ...functions } = started
  try {
    await Promise.all([tables.ready(), ready()])
    const all = { ...routes, ...devRoutes }
    const { port } = options
    const gateway = await startGateway({ port, routes: all, signedRoutes, onLog, clock: time.clock })
    const close = async (): Promise<void> => {
      await gateway.close()
      await stop()
    }
    return { functions, definitions, url: gateway.url, close }
  } catch (error) {
    await stop()
    throw error
  }
}

const logLines = ({ onLog }: StackOptions) => byLine(onLog)
