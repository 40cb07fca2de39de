import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { startWeChatApi, type WeChatApi } from '../../dev/simulator/api/wechat-api.ts'
import { type CloudGateway, type CloudGatewayOptions, startCloudGateway } from '../../dev/simulator/cloud/gateway.ts'
import type { CloudDatabase } from '../../functions/cloud/database.ts'
import { APP_ID, aClock } from './build.ts'

/** As much of the SDK as tests use in their own process. */
interface CloudSdk {
  init(options: object): void
  database(options: object): CloudDatabase
  readonly openapi: Readonly<Record<string, Readonly<Record<string, (body: object) => Promise<unknown>>>>>
  readonly DYNAMIC_CURRENT_ENV: symbol
}

export interface CloudDatabaseWorld {
  readonly gateway: CloudGateway
  readonly wechat: WeChatApi
  readonly cloud: CloudSdk
  /** The events that WeChat has pushed. */
  readonly told: readonly string[]
  database(): CloudDatabase
  close(): Promise<void>
}

/** The simulated cloud and, in this process, the SDK that `CLOUD_SDK` names. */
export async function aCloudDatabase(options: Partial<CloudGatewayOptions> = {}): Promise<CloudDatabaseWorld> {
  const clock = aClock()
  const told: string[] = []
  const pushBack = (text: string): void => void told.push(text)
  const wechat = await startWeChatApi({ account: { appId: APP_ID, appSecret: 'secret' }, clock, pushBack })
  const gateway = await startCloudGateway({ wechat, clock, appId: APP_ID, transactionHoldMs: 0, ...options })
  Object.assign(process.env, gateway.environment())
  const cloud: CloudSdk = createRequire(resolve(process.env.CLOUD_SDK ?? 'node_modules', 'of.cjs'))('wx-server-sdk')
  cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV, timeout: 1000 })
  return {
    gateway,
    wechat,
    cloud,
    told,
    database: () => cloud.database({ throwOnNotFound: false }),
    close: async () => {
      await gateway.close()
      await wechat.close()
    },
  }
}
