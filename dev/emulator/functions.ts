import { lambdaEnvironment } from './environment.ts'
import type { Routes } from './gateway.ts'
import { type LocalFunction, startFunction } from './runtime.ts'
import type { FunctionTemplate } from './template.ts'

/** The functions of the template, by name. */
export interface RunningFunctions {
  /** All that the function finds in `process.env`. */
  functionEnvironment(name: string): Readonly<Record<string, string>>
  /** @throws {FunctionError} */
  invoke(name: string, event: unknown): Promise<unknown>
  /** At whatever line they stand. */
  killInstances(name: string): void
}

interface StartedFunctions extends RunningFunctions {
  readonly routes: Routes
  /** The keys of those that take signed requests only. */
  readonly signedRoutes: readonly string[]
  /** @throws {FunctionError} what a bundle threw while it was loaded */
  ready(): Promise<void>
  close(): Promise<void>
}

interface FunctionsOptions {
  readonly definitions: readonly FunctionTemplate[]
  readonly tableEndpoint: string
  readonly onLog: (text: string) => void
  /** @see StackClock */
  readonly clock?: SharedArrayBuffer
}

export function startFunctions({ definitions, tableEndpoint, onLog, clock }: FunctionsOptions): StartedFunctions {
  const started = definitions.map((definition) => {
    const { name, bundle, timeoutMs } = definition
    const environment = lambdaEnvironment(definition, tableEndpoint)
    const spec = { name, bundle, timeoutMs, environment, onLog, ...(clock === undefined ? {} : { clock }) }
    return { definition, environment, running: startFunction(spec) }
  })
  const find = (name: string) => {
    const found = started.find(({ definition }) => definition.name === name)
    if (found === undefined) throw new TypeError(`serverless.yml has no function ${name}`)
    return found
  }
  const each = async (act: (running: LocalFunction) => Promise<void>): Promise<void> =>
    void (await Promise.all(started.map(({ running }) => act(running))))
  const routes = started.flatMap(({ definition, running }) =>
    definition.routes.map(({ method, path, isSigned }) => ({ key: `${method} ${path}`, isSigned, running })),
  )
  return {
    routes: Object.fromEntries(routes.map(({ key, running }) => [key, running.invoke])),
    signedRoutes: routes.filter(({ isSigned }) => isSigned).map(({ key }) => key),
    ready: () => each((running) => running.ready()),
    close: () => each((running) => running.close()),
    functionEnvironment: (name) => find(name).environment,
    invoke: (name, event) => find(name).running.invoke(event),
    killInstances: (name) => find(name).running.kill(),
  }
}
