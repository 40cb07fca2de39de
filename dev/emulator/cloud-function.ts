import { type CloudFunctionSpec, type CloudOutcome, CloudProcess } from './cloud-process.ts'

export interface CloudFunction {
  /**
   * Runs `main` in a warm instance, or in a new one when all are at work. The environment of the invocation, such as
   * `CloudGateway.environment()`, takes the place of that of the instance's last one.
   */
  invoke(event: unknown, environment?: Readonly<Record<string, string>>): Promise<CloudOutcome>
  /** Of the instances that live, oldest first. */
  pids(): readonly number[]
  /** Which other hosts than loopback were looked up or connected to; they were not found. */
  strangers(): readonly string[]
  /** Kills all instances; the next invocation starts cold. */
  kill(): void
  close(): Promise<void>
}

/**
 * Runs a folder as it was built, as SCF does: in a process with nothing but its own environment, warm for the next event, killed at its
 * time limit. Unlike SCF it does not freeze after its answer: what it left behind goes on and can be seen.
 */
export function startCloudFunction(spec: CloudFunctionSpec): CloudFunction {
  const alive = new Set<CloudProcess>()
  const leaving = new Set<Promise<void>>()
  const idle: CloudProcess[] = []
  const strangers: string[] = []
  return {
    invoke,
    pids: () => [...alive].flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
    strangers: () => [...strangers],
    kill,
    close: async () => {
      kill()
      await Promise.all(leaving)
    },
  }

  async function invoke(event: unknown, environment: Readonly<Record<string, string>> = {}): Promise<CloudOutcome> {
    const instance = warm() ?? started()
    const outcome = await instance.invoke(event, environment)
    if (instance.isUsable) idle.push(instance)
    else alive.delete(instance)
    return outcome
  }

  /** The one that worked last; whichever ended in the meantime is left out. */
  function warm(): CloudProcess | undefined {
    for (let instance = idle.pop(); instance !== undefined; instance = idle.pop()) {
      if (instance.isUsable) return instance
    }
    return undefined
  }

  function started(): CloudProcess {
    const instance = new CloudProcess(spec, (host) => strangers.push(host))
    alive.add(instance)
    leaving.add(instance.gone)
    void instance.gone.then(() => {
      leaving.delete(instance.gone)
      alive.delete(instance)
    })
    return instance
  }

  function kill(): void {
    for (const instance of alive) instance.kill()
    alive.clear()
    idle.length = 0
  }
}
