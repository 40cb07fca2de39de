import { type FunctionSpec, type Sandbox, startSandbox } from './sandbox.ts'

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
  const alive = new Set<Sandbox>()
  const idle: Sandbox[] = []
  const waiting: (() => void)[] = []
  const leaving = new Set<Promise<void>>()
  let closed = false

  function start(): Sandbox {
    const sandbox = startSandbox(spec)
    alive.add(sandbox)
    leaving.add(sandbox.gone)
    void sandbox.gone.then(() => {
      leaving.delete(sandbox.gone)
      drop(sandbox)
    })
    return sandbox
  }

  function drop(sandbox: Sandbox): void {
    alive.delete(sandbox)
    if (idle.includes(sandbox)) idle.splice(idle.indexOf(sandbox), 1)
    waiting.shift()?.()
  }

  function release(sandbox: Sandbox): void {
    if (!alive.has(sandbox)) return
    if (!sandbox.isUsable()) {
      drop(sandbox)
      return
    }
    idle.push(sandbox)
    waiting.shift()?.()
  }

  async function acquire(): Promise<Sandbox> {
    while (!closed) {
      const warm = idle.pop()
      if (warm !== undefined) return warm
      if (alive.size < MOST_INSTANCES) return startWarm()
      await new Promise<void>((next) => waiting.push(next))
    }
    throw new Error(`${spec.name} is closed`)
  }

  async function startWarm(): Promise<Sandbox> {
    const sandbox = start()
    try {
      await sandbox.ready
    } catch (error) {
      drop(sandbox)
      throw error
    }
    return sandbox
  }

  function kill(): void {
    for (const sandbox of [...alive]) {
      drop(sandbox)
      sandbox.kill()
    }
  }

  const first = startWarm().then(release)
  first.catch(() => undefined)
  return {
    ready: () => first,
    kill,
    invoke: async (event) => {
      const sandbox = await acquire()
      try {
        return await sandbox.invoke(event)
      } finally {
        release(sandbox)
      }
    },
    close: async () => {
      closed = true
      kill()
      for (const next of waiting.splice(0)) next()
      await Promise.all(leaving)
    },
  }
}
