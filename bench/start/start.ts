import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { systemClock, toSeconds } from '../../shared/kernel/time.ts'
import { bundle } from '../../tools/bundle.mjs'
import { AES_KEY, APP_ID, TOKEN, textPush } from '../cases.ts'
import { median } from '../rounds.ts'
import { startTableStub } from './table-stub.ts'

const HARNESS = 'bench/start/harness.cjs'
const ENTRIES = { push: 'functions/push/handler.ts', put: 'bench/start/put.ts' }
type Entry = keyof typeof ENTRIES
const NAMES = ['push', 'put'] as const satisfies readonly Entry[]

export interface Started {
  readonly runs: number
  /** Of the push function, as it is deployed. */
  readonly bundleBytes: number
  /** From the start of the process to its end, just after the answer; medians. */
  readonly millis: Readonly<Record<Entry, number>>
  readonly ratio: number
}

/** Whole processes that accept one push, beside processes that only write: they take turns. */
export async function measureStart(runs: number): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'weapp-push-bench-'))
  const stub = await startTableStub()
  try {
    await bundle(ENTRIES, folder)
    const taken: Record<Entry, number[]> = { push: [], put: [] }
    for (let run = -1; run < runs; run += 1) {
      for (const name of NAMES) {
        const millis = await runOnce(join(folder, `${name}.cjs`), stub.endpoint)
        // The first of each fills the file system's cache.
        if (run >= 0) taken[name].push(millis)
      }
    }
    if (stub.writes() !== NAMES.length * (runs + 1))
      throw new Error(`${stub.writes()} writes instead of one per process`)
    const millis = { push: median(taken.push), put: median(taken.put) }
    return { runs, bundleBytes: statSync(join(folder, 'push.cjs')).size, millis, ratio: millis.push / millis.put }
  } finally {
    await stub.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function runOnce(file: string, endpoint: string): Promise<number> {
  const { query, body } = textPush('json', 'safe', toSeconds(systemClock()))
  const event = {
    rawPath: '/push',
    rawQueryString: query,
    requestContext: { http: { method: 'POST' } },
    body: body.toString(),
    isBase64Encoded: false,
  }
  const env = { ...environment(endpoint), TABLE_NAME: 'bench', LOG_LEVEL: 'silent' }
  return new Promise((done, failed) => {
    const start = performance.now()
    const child = spawn(process.execPath, [resolve(HARNESS), file, JSON.stringify(event)], {
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

const environment = (endpoint: string): Record<string, string> => ({
  WECHAT_APP_ID: APP_ID,
  WECHAT_TOKEN: TOKEN,
  WECHAT_ENCODING_AES_KEY: AES_KEY,
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
})
