import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'

type Env = Readonly<Record<string, string>>

const environment = (env: Env): NodeJS.ProcessEnv => ({ ...process.env, ...env })

export interface Started {
  readonly url: string
  readonly child: ChildProcess
  readonly output: () => string
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** `npm start` as a user starts it, on a free port. */
export async function startProcess(args: readonly string[], env: Env = {}): Promise<Started> {
  const child = spawn(process.execPath, ['tools/run.mjs', 'dev/start.ts', '--port', '0', ...args], {
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const exited = once(child, 'exit')
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString('utf8')
      const ready = /^ready (http:\S+)$/m.exec(output)
      if (ready?.[1] !== undefined) resolve(ready[1])
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', (code) => reject(new Error(`exited with ${code}: ${output}`)))
  })
  const stop = async (signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> => {
    child.kill(signal)
    const [code] = await exited
    return code
  }
  return { url, child, output: () => output, stop }
}

/** `npm run -s wx -- …` */
export function wx(args: readonly string[], env: Env = {}, input?: string | Buffer) {
  const options = { env: environment(env), encoding: 'utf8' as const, ...(input === undefined ? {} : { input }) }
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/run.mjs', 'dev/cli/main.ts', ...args], options)
  return { status, stdout, stderr }
}

/** A stack for all tests of a file, with a folder and a stack file of its own. */
export function useStack() {
  const folder = mkdtempSync(join(tmpdir(), 'weapp-push-'))
  const env = { WX_STACK_FILE: join(folder, 'stack.json') }
  let started: Started | undefined

  beforeAll(async () => {
    started = await startProcess(['--no-demo'], env)
  })

  afterAll(async () => {
    await started?.stop()
    rmSync(folder, { recursive: true })
  })

  const stack = (): Started => {
    if (started === undefined) throw new Error('the stack runs inside tests only')
    return started
  }
  return { folder, env, stack }
}
