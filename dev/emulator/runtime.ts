import { type FunctionSpec, Sandbox } from './sandbox.ts'

export interface LocalFunction {
  /** Resolves once the first instance is warm. @throws {FunctionError} what the bundle threw while it was loaded */
  ready(): Promise<void>
  /**
   * Runs the handler in an idle instance, or in a new one while there are fewer than ten, or waits for one.
   * @throws {FunctionError} when the handler throws, exits, is killed, runs out of time or does not load
   */
  invoke(event: unknown): Promise<unknown>
  /** Kills every instance at whatever line it stands; the next invocation finds a fresh one. */
  kill(): void
  close(): Promise<void>
}

const MOST_INSTANCES = 10

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

class Pool {
  readonly #spec: FunctionSpec
  /** Those that work or wait for work. */
  readonly #alive = new Set<Sandbox>()
  readonly #idle: Sandbox[] = []
  /** Those who look again when an instance is idle or gone. */
  readonly #waiting: (() => void)[] = []
  readonly #leaving = new Set<Promise<void>>()
  #closed = false

  constructor(spec: FunctionSpec) {
    this.#spec = spec
  }

  /** A warm instance, once there is one. */
  async acquire(): Promise<Sandbox> {
    while (!this.#closed) {
      const warm = this.#idle.pop()
      if (warm !== undefined) return warm
      if (this.#alive.size < MOST_INSTANCES) return this.start()
      await new Promise<void>((next) => this.#waiting.push(next))
    }
    throw new Error(`${this.#spec.name} is closed`)
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
    if (sandbox.isUsable()) {
      this.#idle.push(sandbox)
      this.#waiting.shift()?.()
    } else {
      this.#drop(sandbox)
    }
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
    for (const next of this.#waiting.splice(0)) next()
    await Promise.all(this.#leaving)
  }

  #drop(sandbox: Sandbox): void {
    if (!this.#alive.delete(sandbox)) return
    if (this.#idle.includes(sandbox)) this.#idle.splice(this.#idle.indexOf(sandbox), 1)
    this.#waiting.shift()?.()
  }
}
