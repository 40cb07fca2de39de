import { loadSettings } from '../shared/config/settings.ts'
import { Fault } from '../shared/kernel/fault.ts'
import { personOf } from '../shared/wechat/person.ts'
import { readPushText } from '../shared/wechat/receive.ts'
import type { WireTree } from '../shared/wechat/wire.ts'
import { devRoutes } from './dev-routes.ts'
import type { StreamRecord } from './emulator/dynamo-stream.ts'
import { stackClock } from './emulator/stack-clock.ts'
import { type LocalCloud, localCloud } from './local-cloud.ts'
import { accountOf } from './settings.ts'
import { startWeChatApi, type WeChatApi } from './simulator/api/wechat-api.ts'
import { startTencentIm, type TencentIm } from './simulator/im/tencent-im.ts'
import { wechatSender } from './simulator/sender.ts'
import { type Stack, startStack } from './stack.ts'

interface LocalOptions {
  /** The folder of serverless.yml; this one unless it is said. */
  readonly root?: string
  /** 0 takes a free one. */
  readonly port: number
  readonly env: Readonly<Record<string, string>>
  readonly onLog?: (line: string) => void
  /** Added to every function's environment. */
  readonly functionEnv?: Readonly<Record<string, string>>
}

/**
 * The stack, and WeChat and Tencent IM around it: what they tell comes in, what they are asked arrives. Beside it the cloud function, which
 * has a database of its own and the same WeChat.
 */
export interface Local extends Stack {
  readonly wechat: WeChatApi
  readonly im: TencentIm
  readonly cloud: LocalCloud
}

/** @throws as `startStack` */
export async function startLocal(options: LocalOptions): Promise<Local> {
  const { root = process.cwd(), port, env, onLog } = options
  const time = stackClock()
  const { account, mode } = accountOf(env)
  const { appSecret } = loadSettings(env, 'appSecret')
  const chat = loadSettings(env, 'imSdkAppId', 'imSecretKey', 'imAdmin', 'imCallbackTokens')
  let stack: Stack | undefined
  const wechat = await startWeChatApi({
    account: { appId: account.appId, appSecret },
    clock: time.clock,
    pushBack: (text) => {
      if (stack === undefined) return
      wechatSender(account, `${stack.url}/push`).push(text, { mode, clock: time.clock }).catch(ended)
    },
  })
  const [token] = chat.imCallbackTokens
  const im = await startTencentIm({
    account: { sdkAppId: Number(chat.imSdkAppId), secretKey: chat.imSecretKey, admin: chat.imAdmin },
    clock: time.clock,
    ...(token === undefined ? {} : { callback: { url: () => `${stack?.url}/im`, token } }),
  })
  const log = onLog === undefined ? {} : { onLog }
  const cloud = localCloud({
    root,
    wechat,
    appId: account.appId,
    clock: time.clock,
    env: { ...env, ...options.functionEnv },
    ...log,
  })
  const closeWorld = async (): Promise<void> => {
    await cloud.close()
    await im.close()
    await wechat.close()
  }
  // Whoever has set another API talks to that one.
  const functionEnv = {
    ...(env.WECHAT_API_BASE === undefined ? { WECHAT_API_BASE: wechat.url } : {}),
    ...(env.IM_API_BASE === undefined ? { IM_API_BASE: im.url } : {}),
    ...options.functionEnv,
  }
  const onRecord = (record: StreamRecord): void => observe(record, wechat)
  try {
    const routes = devRoutes({ wechat, im, cloud, appId: account.appId })
    stack = await startStack({ root, port, env, time, functionEnv, onRecord, devRoutes: routes, ...log })
  } catch (error) {
    await closeWorld()
    throw error
  }
  const { close, advance, settled } = stack
  return {
    ...stack,
    wechat,
    im,
    cloud,
    advance: async (ms) => {
      await advance(ms)
      await im.catchUp()
      await cloud.catchUp()
    },
    settled: async () => {
      await im.idle()
      await settled()
    },
    close: async () => {
      await close()
      await closeWorld()
    },
  }
}

/** The stack was closed while WeChat pushed. */
const ended = (): void => undefined

/** What was accepted, WeChat has pushed: the simulated one goes by it, whoever signed it. */
function observe({ eventName, dynamodb }: StreamRecord, wechat: WeChatApi): void {
  const item = dynamodb.NewImage
  if (eventName !== 'INSERT' || item?.kind?.S !== 'push' || item.body?.S === undefined) return
  const fields = fieldsOf(item.body.S)
  if (fields !== undefined) wechat.observe({ openId: personOf(fields), kind: item.message?.S ?? '', fields })
}

/** Whoever has put something else into the table is to see what the function makes of it. */
function fieldsOf(body: string): WireTree | undefined {
  try {
    return readPushText(body).fields
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause
    return undefined
  }
}
