import { setTimeout as wait } from 'node:timers/promises'
import { type FunctionSpec, Sandbox } from './sandbox.ts'

export interface LocalFunction {
  /** Resolves once the first instance is warm. @throws {FunctionError} what the bundle threw while it was loaded */
  ready(): Promise<void>
  /**
   * Runs the handler in an idle instance, or in the next that is; a second is started at once, and one more, up to ten, whenever
   * none becomes idle for a moment.
   * @throws {FunctionError} when the handler throws, exits, is killed, runs out of time or does not load
   */
  invoke(event: unknown): Promise<unknown>
  /** Kills every instance at whatever line it stands; the next invocation finds a fresh one. */
  kill(): void
  close(): Promise<void>
}

const MOST_INSTANCES = 10
/** So many are started as soon as they are wanted. */
const FEW_INSTANCES = 2
/** How long busy instances are waited for before one more is started: most work is done sooner than an instance has loaded. */
const PATIENCE_MS = 20

/** A function as Lambda runs it: an instance handles one event at a time and stays warm for the next. */
export function startFunction(spec: FunctionSpec): LocalFunction {
  const pool = new Pool(spec)
  const first = pool.start().then((sandbox) => pool.release(sandbox))
  first.catch(() => undefined)
  return {
    ready: () => first,
    kill: () => pool.kill(),
    close: () => pool.close(),
    invoke: async (event) => {
      const sandbox = await pool.acquire()
      try {
        return await sandbox.invoke(event)
      } finally {
        pool.release(sandbox)
      }
    },
  }
}

interface Waiter {
  resolve(sandbox: Sandbox): void
  reject(error: unknown): void
}

class Pool {
  readonly #spec: FunctionSpec
  /** Those that work or wait for work. */
  readonly #alive = new Set<Sandbox>()
  readonly #idle: Sandbox[] = []
  /** In the order in which they came. */
  readonly #waiting: Waiter[] = []
  readonly #leaving = new Set<Promise<void>>()
  #isGrowing = false
  #closed = false

  constructor(spec: FunctionSpec) {
    this.#spec = spec
  }

  /** A warm instance, once there is one. */
  acquire(): Promise<Sandbox> {
    return new Promise((resolve, reject) => {
      const warm = this.#idle.pop()
      if (warm !== undefined) return resolve(warm)
      if (this.#closed) return reject(this.#isClosed())
      this.#waiting.push({ resolve, reject })
      void this.#grow()
    })
  }

  /** One at a time: instances that load at once take each other's CPU, and whoever waits for them waits for all. */
  async #grow(): Promise<void> {
    if (this.#isGrowing) return
    this.#isGrowing = true
    while (this.#waiting.length > 0 && this.#alive.size < MOST_INSTANCES && !this.#closed) {
      if (this.#alive.size >= FEW_INSTANCES) await wait(PATIENCE_MS)
      if (this.#waiting.length === 0 || this.#closed) break
      await this.start().then(
        (sandbox) => this.release(sandbox),
        (error: unknown) => this.#waiting.shift()?.reject(error),
      )
    }
    this.#isGrowing = false
  }

  /** @throws {FunctionError} what the bundle threw */
  async start(): Promise<Sandbox> {
    const sandbox = new Sandbox(this.#spec)
    this.#alive.add(sandbox)
    this.#leaving.add(sandbox.gone)
    void sandbox.gone.then(() => {
      this.#leaving.delete(sandbox.gone)
      this.#drop(sandbox)
    })
    try {
      await sandbox.ready
      return sandbox
    } catch (error) {
      this.#drop(sandbox)
      throw error
    }
  }

  release(sandbox: Sandbox): void {
    if (!this.#alive.has(sandbox)) return
    if (sandbox.isUsable()) this.#hand(sandbox)
    else this.#drop(sandbox)
  }

  #hand(sandbox: Sandbox): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#idle.push(sandbox)
    else next.resolve(sandbox)
  }

  kill(): void {
    for (const sandbox of [...this.#alive]) {
      this.#drop(sandbox)
      sandbox.kill()
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    this.kill()
    for (const { reject } of this.#waiting.splice(0)) reject(this.#isClosed())
    await Promise.all(this.#leaving)
  }

  #drop(sandbox: Sandbox): void {
    if (!this.#alive.delete(sandbox)) return
    if (this.#idle.includes(sandbox)) this.#idle.splice(this.#idle.indexOf(sandbox), 1)
    void this.#grow()
  }

  readonly #isClosed = (): Error => new Error(`${this.#spec.name} is closed`)
}
