import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { Worker } from 'node:worker_threads'

export interface FunctionSpec {
  readonly name: string
  /** Absolute path of the file to load; it exports `handler`. */
  readonly bundle: string
  /** All of it: an instance sees nothing of this process's environment. */
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /** What the function writes to standard output and error, and why an invocation failed. */
  readonly onLog?: (text: string) => void
}

/** An invocation that Lambda would answer with `X-Amz-Function-Error`. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError'
  /** As Lambda names it: `Sandbox.Timedout`, `Runtime.ExitError`, or the name of what was thrown. */
  readonly errorType: string

  constructor(errorType: string, message: string) {
    super(message)
    this.errorType = errorType
  }
}

/** One instance: handles one event at a time. */
export interface Sandbox {
  /** The bundle is loaded. @throws {FunctionError} what it threw while loading */
  readonly ready: Promise<void>
  /** Settles when the instance is gone; never rejects. */
  readonly gone: Promise<void>
  /** @throws {FunctionError} */
  invoke(event: unknown): Promise<unknown>
  /** It takes another event: it was not killed and has not crashed. */
  isUsable(): boolean
  /** At whatever line it stands. */
  kill(): void
}

type FromInstance =
  | { readonly kind: 'log'; readonly text: string }
  | { readonly kind: 'done'; readonly json: string }
  | { readonly kind: 'failed'; readonly type: string; readonly message: string }

/** Lambda gives the loading of a bundle ten seconds, whatever the function's own limit is. */
const INIT_LIMIT_MS = 10_000

export function startSandbox(spec: FunctionSpec): Sandbox {
  const { timeoutMs, onLog = () => undefined } = spec
  const worker = startWorker(spec)
  let awaited: Awaited | undefined
  let state: 'running' | 'broken' | 'killed' = 'running'

  const fail = (errorType: string, message: string): void => awaited?.reject(new FunctionError(errorType, message))

  worker.on('message', (message: FromInstance) => {
    if (message.kind === 'log') onLog(message.text)
    else if (message.kind === 'done') awaited?.resolve(JSON.parse(message.json))
    else fail(message.type, message.message)
  })
  worker.on('error', (error: unknown) => {
    state = 'broken'
    onLog(`${error instanceof Error ? error.stack : error}\n`)
    if (error instanceof Error) fail(error.name, error.message)
    else fail('Error', String(error))
  })
  const gone = new Promise<void>((done) => {
    worker.on('exit', (code) => {
      const reason = state === 'killed' ? 'signal: killed' : `exit status ${code}`
      state = state === 'running' ? 'broken' : state
      fail('Runtime.ExitError', `Runtime exited with error: ${reason}`)
      done()
    })
  })

  function kill(): void {
    state = 'killed'
    void worker.terminate()
  }

  function timeOut(limitMs: number): void {
    const message = `Task timed out after ${(limitMs / 1000).toFixed(2)} seconds`
    onLog(`${message}\n`)
    fail('Sandbox.Timedout', message)
    kill()
  }

  /** What the instance answers next, or how it ends. */
  function answer(limitMs: number): Promise<unknown> {
    const timer = setTimeout(timeOut, limitMs, limitMs)
    const settled = new Promise<unknown>((resolve, reject) => {
      awaited = { resolve, reject }
    })
    return settled.finally(() => {
      clearTimeout(timer)
      awaited = undefined
    })
  }

  const ready = answer(INIT_LIMIT_MS).then(() => undefined)
  ready.catch(kill)
  return {
    ready,
    gone,
    kill,
    isUsable: () => state === 'running',
    invoke: (event) => {
      const context = contextOf(spec)
      worker.postMessage({ json: JSON.stringify(event), deadlineMs: Date.now() + timeoutMs, context })
      return answer(timeoutMs)
    },
  }
}

interface Awaited {
  resolve(value: unknown): void
  reject(error: FunctionError): void
}

const startWorker = ({ name, bundle, environment }: FunctionSpec): Worker =>
  new Worker(resolve('dev/emulator/instance.mjs'), {
    workerData: { name, bundle },
    env: environment,
    execArgv: [],
    stdout: true,
    stderr: true,
  })

const contextOf = ({ name, environment }: FunctionSpec): Readonly<Record<string, unknown>> => ({
  functionName: name,
  functionVersion: '$LATEST',
  invokedFunctionArn: `arn:aws:lambda:${environment.AWS_REGION}:000000000000:function:${name}`,
  memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  logGroupName: `/aws/lambda/${name}`,
  logStreamName: 'local',
  awsRequestId: randomUUID(),
  callbackWaitsForEmptyEventLoop: true,
})
