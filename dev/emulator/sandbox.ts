import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { stackClock } from './stack-clock.ts'

export interface FunctionSpec {
  readonly name: string
  /** Absolute path of the file to load; it exports `handler`. */
  readonly bundle: string
  /** All of it: an instance sees nothing of this process's environment. */
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /** By how many milliseconds the stack's clock was moved; not at all when it is left out. */
  readonly clock?: SharedArrayBuffer
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

type FromInstance =
  | { readonly kind: 'log'; readonly text: string }
  | { readonly kind: 'done'; readonly json: string }
  | { readonly kind: 'failed'; readonly type: string; readonly message: string }

/** Lambda gives the loading of a bundle ten seconds, whatever the function's own limit is. */
const INIT_LIMIT_MS = 10_000

interface Awaited {
  resolve(value: unknown): void
  reject(error: FunctionError): void
}

/** One instance: handles one event at a time. */
export class Sandbox {
  /** The bundle is loaded. @throws {FunctionError} what it threw while loading */
  readonly ready: Promise<void>
  /** Settles when the instance is gone; never rejects. */
  readonly gone: Promise<void>
  readonly #spec: FunctionSpec
  readonly #worker: Worker
  #state: 'running' | 'broken' | 'killed' = 'running'
  /** Who waits for the instance to load or to answer. */
  #awaited: Awaited | undefined

  constructor(spec: FunctionSpec) {
    this.#spec = spec
    this.#worker = startWorker(spec)
    this.#worker.on('message', (message: FromInstance) => this.#hear(message))
    this.#worker.on('error', (error: unknown) => this.#break(error))
    this.gone = new Promise((done) => {
      this.#worker.on('exit', (code) => done(this.#leave(code)))
    })
    this.ready = this.#answer(INIT_LIMIT_MS).then(() => undefined)
    this.ready.catch(() => this.kill())
  }

  /** @throws {FunctionError} */
  invoke(event: unknown): Promise<unknown> {
    const { timeoutMs } = this.#spec
    const deadlineMs = Date.now() + timeoutMs
    this.#worker.postMessage({ json: JSON.stringify(event), deadlineMs, context: contextOf(this.#spec) })
    return this.#answer(timeoutMs)
  }

  /** It takes another event: it was not killed and has not crashed. */
  isUsable(): boolean {
    return this.#state === 'running'
  }

  /** At whatever line it stands. */
  kill(): void {
    this.#state = 'killed'
    void this.#worker.terminate()
  }

  /** What the instance answers next, or how it ends. */
  #answer(limitMs: number): Promise<unknown> {
    const timer = setTimeout(() => this.#timeOut(limitMs), limitMs)
    const answered = new Promise<unknown>((resolve, reject) => {
      this.#awaited = { resolve, reject }
    })
    return answered.finally(() => {
      clearTimeout(timer)
      this.#awaited = undefined
    })
  }

  #hear(message: FromInstance): void {
    if (message.kind === 'log') this.#spec.onLog?.(message.text)
    else if (message.kind === 'done') this.#awaited?.resolve(JSON.parse(message.json))
    else this.#fail(message.type, message.message)
  }

  /** Something was thrown that nobody caught: Lambda ends the instance. */
  #break(error: unknown): void {
    this.#state = 'broken'
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
    this.#spec.onLog?.(`${stack}\n`)
    this.#fail(name, message)
  }

  #timeOut(limitMs: number): void {
    const message = `Task timed out after ${(limitMs / 1000).toFixed(2)} seconds`
    this.#spec.onLog?.(`${message}\n`)
    this.#fail('Sandbox.Timedout', message)
    this.kill()
  }

  #leave(code: number): void {
    const reason = this.#state === 'killed' ? 'signal: killed' : `exit status ${code}`
    if (this.#state === 'running') this.#state = 'broken'
    this.#fail('Runtime.ExitError', `Runtime exited with error: ${reason}`)
  }

  #fail(errorType: string, message: string): void {
    this.#awaited?.reject(new FunctionError(errorType, message))
  }
}

const startWorker = ({ name, bundle, environment, clock = stackClock().buffer }: FunctionSpec): Worker =>
  new Worker(resolve('dev/emulator/instance.mjs'), {
    workerData: { name, bundle, clock },
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
