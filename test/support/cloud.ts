import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { type CloudFunction, startCloudFunction } from '../../dev/emulator/cloud-function.ts'
import type { CloudFunctionSpec, CloudOutcome } from '../../dev/emulator/cloud-process.ts'
import { startWeChatApi, type WeChatApi } from '../../dev/simulator/api/wechat-api.ts'
import { type CloudGateway, type CloudGatewayOptions, startCloudGateway } from '../../dev/simulator/cloud/gateway.ts'
import type { InvocationContext } from '../../dev/simulator/cloud/invocation.ts'
import { APP_ID, aClock, OPEN_ID } from './build.ts'

/** Runs the statements of its event with the real SDK at hand; what is thrown is handed back with its numbers and codes. */
const PROBE = `
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV, timeout: Number(process.env.SDK_TIMEOUT || 5000) })
const db = cloud.database({ throwOnNotFound: false })
exports.main = async (event, context) => {
  const run = new (async () => {}).constructor('cloud', 'db', '_', 'at', 'context', event.script)
  const at = db.collection('things')
  try {
    return await run(cloud, db, db.command, at, context)
  } catch (error) {
    const { errCode, errMsg, code, message } = error
    return { thrown: { errCode, errMsg, code, message } }
  }
}
`

export interface CloudWorld {
  readonly wechat: WeChatApi
  readonly gateway: CloudGateway
  readonly clock: ReturnType<typeof aClock>
  readonly fn: CloudFunction
  /** What the function has written. */
  readonly log: readonly string[]
  /** Runs statements in the function; `cloud`, `db`, `_`, and the collection `things` as `at` are at hand. */
  run(script: string, context?: InvocationContext): Promise<unknown>
  outcome(script: string, context?: InvocationContext): Promise<CloudOutcome>
}

const ends = new Set<() => Promise<void> | void>()
afterEach(async () => {
  for (const end of ends) await end()
  ends.clear()
})

/** A folder with this index.js, which ends with the test. */
function aFolder(index: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'weapp-push-'))
  ends.add(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'index.js'), index)
  return folder
}

/** A running cloud function that ends with the test. */
export function aFunction(index: string, spec: Partial<CloudFunctionSpec> = {}): CloudFunction {
  const fn = startCloudFunction({ folder: aFolder(index), timeoutMs: 20_000, sdk: 'node_modules', ...spec })
  ends.add(fn.close)
  return fn
}

interface CloudWorldOptions extends Partial<CloudGatewayOptions> {
  readonly sdkTimeoutMs?: number
}

/** The simulated cloud with a collection `things`, and a function on the real SDK; nothing of it outlives the test. */
export async function aCloudWorld({ sdkTimeoutMs = 15_000, ...options }: CloudWorldOptions = {}): Promise<CloudWorld> {
  const clock = aClock()
  const wechat = await startWeChatApi({ account: { appId: APP_ID, appSecret: 'secret' }, clock })
  ends.add(wechat.close)
  const gateway = await startCloudGateway({ wechat, clock, appId: APP_ID, collections: ['things'], ...options })
  ends.add(gateway.close)
  const log: string[] = []
  const environment = { SDK_TIMEOUT: String(sdkTimeoutMs) }
  const fn = aFunction(PROBE, { environment, onLog: (text) => log.push(text) })
  const outcome: CloudWorld['outcome'] = (script, context = { openId: OPEN_ID }) =>
    fn.invoke({ script }, gateway.environment(context))
  const run: CloudWorld['run'] = async (script, context) => {
    const ended = await outcome(script, context)
    if ('result' in ended) return ended.result
    throw new Error(JSON.stringify(ended))
  }
  return { wechat, gateway, clock, fn, log, run, outcome }
}
