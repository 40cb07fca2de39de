import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Clock } from '../shared/kernel/time.ts'
import { readMessage } from '../shared/wechat/message.ts'
import { personOf } from '../shared/wechat/person.ts'
import { readPushText } from '../shared/wechat/receive.ts'
import { type CloudFunction, startCloudFunction } from './emulator/cloud-function.ts'
import type { CloudOutcome } from './emulator/cloud-process.ts'
import { startSchedule } from './emulator/schedule.ts'
import { byLine } from './log-line.ts'
import { isHandlers } from './settings.ts'
import type { WeChatApi } from './simulator/api/wechat-api.ts'
import { type CloudGateway, startCloudGateway } from './simulator/cloud/gateway.ts'
import type { InvocationContext } from './simulator/cloud/invocation.ts'

export const CLOUD_VARIANTS = ['customer-service', 'customer-service-bundled'] as const
export type CloudVariant = (typeof CLOUD_VARIANTS)[number]

/** What one push led to, and how long the platform waited for it. */
export type CloudPushed = CloudOutcome & { readonly tookMs: number }

interface CloudPush {
  /** The event as `main` gets it. */
  readonly event: Readonly<Record<string, unknown>>
  readonly variant?: CloudVariant
  /** Who is known to call; nobody when it is left out. */
  readonly openId?: string
}

/** The built cloud functions behind a simulated gateway. Nothing of it runs before the first push. */
export interface LocalCloud {
  /** @throws {Fault} BODY_UNREADABLE when it is no push that WeChat could send */
  push(push: CloudPush): Promise<CloudPushed>
  /** Runs the timer of each function that has had a push, and waits for it. The function's own clock is the real one. */
  catchUp(): Promise<void>
  close(): Promise<void>
}

interface LocalCloudOptions {
  readonly root: string
  readonly wechat: WeChatApi
  readonly appId: string
  readonly clock: Clock
  readonly env: Readonly<Record<string, string>>
  readonly onLog?: ((line: string) => void) | undefined
}

/** As the guide has it. */
const TIMEOUT_MS = 20_000
const TIMER_MS = 60_000
const SETTINGS = ['CLOUD_PUSH_STRICT', 'LOG_LEVEL', 'LONG_TERM_TEMPLATES', 'PUSH_RETENTION_HOURS']

interface Running {
  readonly run: CloudFunction['invoke']
  catchUp(): Promise<void>
  close(): Promise<void>
}

export function localCloud({ root, wechat, appId, clock, env, onLog }: LocalCloudOptions): LocalCloud {
  const functions = new Map<CloudVariant, Running>()
  const seen = new Set<string>()
  let gateway: Promise<CloudGateway> | undefined
  return {
    push: async ({ event, variant = 'customer-service', openId }) => {
      const { environment } = await gatewayOf()
      observe(event, openId)
      const startedAt = performance.now()
      const outcome = await functionOf(variant, environment).run(event, environment(contextOf(openId)))
      return { ...outcome, tookMs: Math.round(performance.now() - startedAt) }
    },
    catchUp: async () => {
      for (const each of functions.values()) await each.catchUp()
    },
    close: async () => {
      for (const each of functions.values()) await each.close()
      await (await gateway)?.close()
    },
  }

  function gatewayOf(): Promise<CloudGateway> {
    gateway ??= startCloudGateway({ wechat, clock, appId, permissions: permissionsIn(root) })
    return gateway
  }

  function functionOf(variant: CloudVariant, environment: CloudGateway['environment']): Running {
    const running = functions.get(variant) ?? start(variant, environment)
    functions.set(variant, running)
    return running
  }

  function start(variant: CloudVariant, environment: CloudGateway['environment']): Running {
    const started = startCloudFunction({
      folder: folderOf(root, variant),
      // The SDK misses the region while it is loaded.
      environment: { ...environment(), ...settingsIn(env) },
      timeoutMs: TIMEOUT_MS,
      sdk: resolve(root, 'node_modules'),
      onLog: byLine(onLog),
    })
    const schedule = startSchedule({
      functionName: variant,
      everyMs: TIMER_MS,
      invoke: ({ time }) =>
        started.invoke({ Type: 'Timer', TriggerName: 'due', Time: time }, environment({ trigger: 'timer' })),
      clock,
    })
    const close = async (): Promise<void> => {
      schedule.close()
      await started.close()
    }
    return { run: started.invoke, catchUp: schedule.catchUp, close }
  }

  /** WeChat has pushed it, once, however often it tries; what somebody else made up it has not. */
  function observe(event: CloudPush['event'], openId: string | undefined): void {
    const text = JSON.stringify(event)
    const { fields } = readPushText(text)
    const person = personOf(fields)
    if (seen.has(text) || (openId !== undefined && openId !== person)) return
    seen.add(text)
    wechat.observe({ openId: person, kind: readMessage(fields).kind, fields })
  }
}

const settingsIn = (env: LocalCloudOptions['env']): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => SETTINGS.includes(name) || isHandlers(name)))

const contextOf = (openId: string | undefined): InvocationContext => (openId === undefined ? {} : { openId })

const folderOf = (root: string, variant: CloudVariant): string => resolve(root, 'dist/cloud', variant)

/** What the function may call once it is uploaded. */
function permissionsIn(root: string): readonly string[] {
  const config = readFileSync(resolve(folderOf(root, 'customer-service'), 'config.json'), 'utf8')
  const { permissions } = JSON.parse(config) as { readonly permissions: { readonly openapi: readonly string[] } }
  return permissions.openapi
}
