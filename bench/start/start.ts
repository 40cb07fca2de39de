import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bundle } from '../../tools/bundle.mjs'
import { median } from '../rounds.ts'
import { answering, type StartSubject, writing } from './subjects.ts'

const HARNESS = 'bench/start/harness.cjs'
const DEPLOYED = {
  push: 'functions/push/handler.ts',
  process: 'functions/process/handler.ts',
  tick: 'functions/tick/handler.ts',
}
const NAMES = ['push', 'put', 'process'] as const
type Name = (typeof NAMES)[number]

export interface Started {
  readonly runs: number
  /** Of each function, as it is deployed. */
  readonly bundleBytes: Readonly<Record<keyof typeof DEPLOYED, number>>
  /** From the start of the process to its end, just after the answer; medians. */
  readonly millis: Readonly<Record<Name, number>>
  /** push beside put. */
  readonly ratio: number
}

/** Whole processes that accept one push, that only write, and that answer one push: they take turns. */
export async function measureStart(runs: number): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'weapp-push-bench-'))
  const subjects = { push: await writing(), put: await writing(), process: await answering() }
  try {
    await bundle({ ...DEPLOYED, put: 'bench/start/put.ts' }, folder)
    const taken: Record<Name, number[]> = { push: [], put: [], process: [] }
    for (let run = -1; run < runs; run += 1) {
      for (const name of NAMES) {
        const millis = await runOnce(join(folder, `${name}.cjs`), subjects[name])
        // The first of each fills the file system's cache, and the first answer fetches the token.
        if (run >= 0) taken[name].push(millis)
      }
    }
    for (const name of NAMES) subjects[name].check(runs + 1)
    const millis = { push: median(taken.push), put: median(taken.put), process: median(taken.process) }
    const size = (name: string): number => statSync(join(folder, `${name}.cjs`)).size
    const bundleBytes = { push: size('push'), process: size('process'), tick: size('tick') }
    return { runs, bundleBytes, millis, ratio: millis.push / millis.put }
  } finally {
    for (const name of NAMES) await subjects[name].close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function runOnce(file: string, { env, event }: StartSubject): Promise<number> {
  const input = JSON.stringify(await event())
  return await new Promise((done, failed) => {
    const start = performance.now()
    const child = spawn(process.execPath, [resolve(HARNESS), file, input], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    child.once('error', failed)
    child.once('exit', (code) => {
      if (code === 0) done(performance.now() - start)
      else failed(new Error(`${file} ended with ${code}: ${said}`))
    })
  })
}
