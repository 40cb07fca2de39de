import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { basename, delimiter, dirname, resolve } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'

export interface CloudFunctionSpec {
  /** The function as it is uploaded: `index.js` in it exports `main`. */
  readonly folder: string
  /** What each instance has from its start, besides PATH; an invocation adds its own. */
  readonly environment?: Readonly<Record<string, string>>
  /** The platform's own default is 3 s. Loading the folder does not count. */
  readonly timeoutMs?: number
  /** The Node to run it on; this process's own without it. */
  readonly node?: string
  /** The `node_modules` folder in which wx-server-sdk is found when the function's folder has none. */
  readonly sdk?: string
  /** What the function writes to standard output and error. */
  readonly onLog?: (text: string) => void
}

/** What was thrown; `errCode` and `errMsg` of an error of the SDK's. */
interface ThrownError {
  readonly name: string
  readonly message: string
  readonly errCode?: number
  readonly errMsg?: string
}

/** How an invocation ends. */
export type CloudOutcome =
  | { readonly result: unknown }
  | { readonly error: ThrownError }
  | { readonly timedOut: true }
  | { readonly crashed: { readonly code: number | null; readonly signal: string | null } }

type FromProcess =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly json: string }
  | { readonly kind: 'failed'; readonly error: ThrownError }
  | { readonly kind: 'stranger'; readonly host: string }

const TIMEOUT_MS = 3000
const LOAD_LIMIT_MS = 30_000

/** One instance: a process that takes one event at a time. */
export class CloudProcess {
  readonly #spec: CloudFunctionSpec
  readonly #child: ChildProcess
  readonly #onStranger: (host: string) => void
  /** How loading ended; `undefined`: it takes events. */
  readonly #loaded: Promise<CloudOutcome | undefined>
  /** Settles when the process is gone. */
  readonly gone: Promise<void>
  #answered: (outcome: CloudOutcome | undefined) => void = () => undefined
  #isUsable = true
  /** Letters of its output. */
  #heard = 0

  constructor(spec: CloudFunctionSpec, onStranger: (host: string) => void) {
    this.#spec = spec
    this.#onStranger = onStranger
    this.#child = startProcess(spec)
    for (const output of [this.#child.stdout, this.#child.stderr]) {
      output?.setEncoding('utf8').on('data', (text: string) => {
        this.#heard += text.length
        spec.onLog?.(text)
      })
    }
    this.#child.on('message', (message) => this.#hear(message as FromProcess))
    this.gone = new Promise((left) => {
      this.#child.once('close', (code, signal) => {
        this.#end({ crashed: { code, signal } })
        left()
      })
    })
    this.#child.once('error', () => this.#end({ crashed: { code: null, signal: null } }))
    this.#loaded = this.#answer(LOAD_LIMIT_MS)
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** It takes another event: it has loaded, and has neither crashed nor been killed. */
  get isUsable(): boolean {
    return this.#isUsable
  }

  async invoke(event: unknown, environment: Readonly<Record<string, string>>): Promise<CloudOutcome> {
    const failed = await this.#loaded
    if (failed !== undefined) {
      this.kill()
      return failed
    }
    const { timeoutMs = TIMEOUT_MS } = this.#spec
    const answer = this.#answer(timeoutMs)
    if (this.#isUsable) {
      const context = contextOf(this.#spec, timeoutMs, environment)
      this.#child.send({ json: JSON.stringify(event), environment, context })
    } else this.#answered({ crashed: { code: this.#child.exitCode, signal: this.#child.signalCode } })
    return (await answer) ?? { timedOut: true }
  }

  kill(): void {
    this.#isUsable = false
    this.#child.kill('SIGKILL')
  }

  /** What the process says next, or how it ends. */
  #answer(limitMs: number): Promise<CloudOutcome | undefined> {
    return new Promise((answered) => {
      const timer = setTimeout(() => {
        this.#answered({ timedOut: true })
        this.kill()
      }, limitMs)
      this.#answered = (outcome) => {
        clearTimeout(timer)
        answered(outcome)
      }
    })
  }

  #hear(message: FromProcess): void {
    if (message.kind === 'stranger') this.#onStranger(message.host)
    else if (message.kind === 'ready') this.#answered(undefined)
    else {
      const outcome = message.kind === 'done' ? { result: JSON.parse(message.json) } : { error: message.error }
      void this.#heardOut().then(() => this.#answered(outcome))
    }
  }

  /** What it wrote before its answer is there to be read too, by other pipes. */
  async #heardOut(): Promise<void> {
    for (let before = -1; before !== this.#heard; ) {
      before = this.#heard
      await nextTurn()
    }
  }

  #end(outcome: CloudOutcome): void {
    this.#isUsable = false
    this.#answered(outcome)
  }
}

function startProcess({ folder, environment, node, sdk }: CloudFunctionSpec): ChildProcess {
  const home = resolve('dev/emulator')
  return fork(resolve(home, 'cloud-instance.cjs'), [resolve(folder)], {
    cwd: resolve(folder),
    env: {
      PATH: node === undefined ? process.env.PATH : `${dirname(node)}${delimiter}${process.env.PATH}`,
      ...(sdk === undefined ? {} : { NODE_PATH: resolve(sdk) }),
      // Set from the start: as it loads, the SDK asks whether it runs in the cloud, and elsewhere it looks for a metadata service.
      TENCENTCLOUD_RUNENV: 'SCF',
      ...environment,
    },
    execArgv: ['--require', resolve(home, 'cloud-loopback.cjs')],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    ...(node === undefined ? {} : { execPath: node }),
  })
}

/** As SCF hands it to `main`. */
const contextOf = (spec: CloudFunctionSpec, timeoutMs: number, environment: Readonly<Record<string, string>>) => ({
  request_id: randomUUID(),
  function_name: basename(spec.folder),
  function_version: '$LATEST',
  namespace: environment.SCF_NAMESPACE ?? spec.environment?.SCF_NAMESPACE ?? '',
  memory_limit_in_mb: 256,
  time_limit_in_ms: timeoutMs,
  environment: JSON.stringify(environment),
})
