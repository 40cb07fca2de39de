import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type CloudFunction, startCloudFunction } from '../../dev/emulator/cloud-function.ts'
import type { CloudOutcome } from '../../dev/emulator/cloud-process.ts'
import { startWeChatApi, type WeChatApi } from '../../dev/simulator/api/wechat-api.ts'
import { type CloudGateway, type CloudGatewayOptions, startCloudGateway } from '../../dev/simulator/cloud/gateway.ts'
import type { InvocationContext } from '../../dev/simulator/cloud/invocation.ts'
import { writeCloudSample } from '../../dev/simulator/writer.ts'
import { systemClock } from '../../shared/kernel/time.ts'
import { readMessage } from '../../shared/wechat/message.ts'
import { readPushText } from '../../shared/wechat/receive.ts'
import { scalarOf } from '../../shared/wechat/wire.ts'
import { APP_ID } from './build.ts'

const COLLECTION = 'weapp_push'

type LogLine = Readonly<Record<string, unknown>> & { readonly event: string }

/** The built function in a process of its own, and the simulated cloud around it. */
export interface CloudService {
  readonly fn: CloudFunction
  readonly wechat: WeChatApi
  readonly gateway: CloudGateway
  /** What the function has logged since the last `clear`. */
  lines(event?: string): readonly LogLine[]
  output(): string
  clear(): void
  /** As the platform hands on what WeChat pushes: the window opens, and the person is the caller unless it is said otherwise. */
  push(event: object, context?: InvocationContext): Promise<CloudOutcome>
  tick(): Promise<CloudOutcome>
  /** As if all that waits, and whoever is at work, had waited long enough. */
  hurry(): Promise<void>
  /** Of a person, as they lie in the database. */
  documents(openId: string): readonly Readonly<Record<string, unknown>>[]
  /** What the person sees, oldest first: the words, or what else it is. */
  seen(openId: string): readonly string[]
  close(): Promise<void>
}

interface CloudServiceOptions extends Partial<CloudGatewayOptions> {
  readonly variant?: '' | '-bundled'
  readonly environment?: Readonly<Record<string, string>>
  /** How long the function may run. */
  readonly timeoutMs?: number
}

/** `CLOUD_SDK` names the node_modules folder that has the SDK, `CLOUD_NODE` the Node to run it on. */
export async function startCloudService(options: CloudServiceOptions = {}): Promise<CloudService> {
  const { variant = '', environment = {}, timeoutMs = 5000, clock = systemClock, ...rest } = options
  const { CLOUD_SDK = 'node_modules', CLOUD_NODE } = process.env
  const wechat = options.wechat ?? (await startWeChatApi({ account: { appId: APP_ID, appSecret: 'secret' }, clock }))
  const gateway = await startCloudGateway({ appId: APP_ID, transactionHoldMs: 0, ...rest, wechat, clock })
  // Elsewhere: here it would find the SDK of this project.
  const folder = mkdtempSync(join(tmpdir(), 'weapp-push-'))
  cpSync(`dist/cloud/customer-service${variant}`, folder, { recursive: true })
  let output = ''
  const fn = startCloudFunction({
    folder,
    environment,
    timeoutMs,
    ...(variant === '' ? { sdk: CLOUD_SDK } : {}),
    ...(CLOUD_NODE === undefined ? {} : { node: CLOUD_NODE }),
    onLog: (text) => {
      output += text
    },
  })
  const lines = (): readonly LogLine[] =>
    output.split('\n').flatMap((line) => (line.startsWith('{') && line.endsWith('}') ? [JSON.parse(line)] : []))
  const all = () => gateway.database.documents(COLLECTION) ?? []

  return {
    fn,
    wechat,
    gateway,
    lines: (event) => lines().filter((line) => event === undefined || line.event === event),
    output: () => output,
    clear: () => {
      output = ''
      gateway.clearFailures()
    },
    push: async (event, context) => {
      const { fields } = readPushText(JSON.stringify(event))
      const openId = scalarOf(fields.FromUserName)
      wechat.observe({ openId, kind: readMessage(fields).kind, fields })
      return await fn.invoke(event, gateway.environment(context ?? { openId, source: 'wx_unknown_push' }))
    },
    tick: () => {
      const event = { Type: 'Timer', TriggerName: 'due', Time: new Date(clock()).toISOString() }
      return fn.invoke(event, gateway.environment({ trigger: 'timer' }))
    },
    hurry: async () => {
      for (const { _id, dueAt, value } of all()) {
        const earlier = { value: String(value).replace(/"until":\d+/g, '"until":1'), dueAt: dueAt === 0 ? 0 : 1 }
        const change = {
          query: JSON.stringify({ _id }),
          data: JSON.stringify({ $set: earlier }),
          merge: true,
          multi: true,
        }
        const body = JSON.stringify({ action: 'database.modifyDocument', collectionName: COLLECTION, ...change })
        const answer = await fetch(gateway.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        })
        expect(await answer.json()).toMatchObject({ data: { updated: 1 } })
      }
    },
    documents: (openId) => all().filter(({ person }) => person === `openid#cloud#${openId}`),
    seen: (openId) =>
      wechat.delivered(openId).map(({ kind, content }) => (kind === 'text' ? String(content.content) : kind)),
    close: async () => {
      await fn.close()
      await gateway.close()
      if (options.wechat === undefined) await wechat.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A sample as the platform hands it on. */
export const cloudEvent = (name: string, openId: string, say?: string): Readonly<Record<string, unknown>> =>
  writeCloudSample(name, { appId: APP_ID, openId, say })
