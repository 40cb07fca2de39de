import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { SEND } from '../../dev/outbox.ts'
import { startWeChatApi } from '../../dev/simulator/api/wechat-api.ts'
import { startCloudGateway } from '../../dev/simulator/cloud/gateway.ts'
import { writeCloudSample } from '../../dev/simulator/writer.ts'
import type { AppId } from '../../shared/kernel/ids.ts'
import { systemClock } from '../../shared/kernel/time.ts'
import { APP_ID } from '../cases.ts'

const run = promisify(execFile)

const HARNESS = 'bench/start/cloud-harness.cjs'
const LIMIT_MS = 20_000
/** The rules that we come with have one text for it, and no handler. */
const SAID = '订单'

/** Of one start, in milliseconds from the beginning of `require`. */
export interface CloudStart {
  /** When the first reply reached the gateway. */
  readonly reply: number
  /** When `main` had answered. */
  readonly answer: number
}

export interface CloudWorld {
  /** A process that loads the folder and answers one text of somebody new. @throws {Error} when no reply came */
  start(folder: string): Promise<CloudStart>
  close(): Promise<void>
}

/** The simulated gateway, database and WeChat, in this process. */
export async function cloudWorld(): Promise<CloudWorld> {
  const clock = systemClock
  const simulated = await startWeChatApi({ account: { appId: APP_ID, appSecret: 'bench' }, clock })
  const arrivals: bigint[] = []
  const wechat: typeof simulated = {
    ...simulated,
    call: (path, ...rest) => {
      if (path === SEND) arrivals.push(process.hrtime.bigint())
      return simulated.call(path, ...rest)
    },
  }
  const gateway = await startCloudGateway({ wechat, clock, appId: APP_ID, transactionHoldMs: 0 })
  return {
    start: async (folder) => {
      const openId = `o${randomUUID().replaceAll('-', '').slice(0, 27)}`
      const event = writeCloudSample('text', { appId: APP_ID as AppId, openId, say: SAID, clock })
      simulated.observe({ openId, kind: 'text', fields: {} })
      arrivals.length = 0
      const env = { ...gateway.environment({ openId }), LOG_LEVEL: 'silent', NODE_PATH: 'node_modules' }
      const args = [HARNESS, folder, JSON.stringify(event), String(LIMIT_MS)]
      const { stdout } = await run(process.execPath, args, { env })
      const { begun, answered } = JSON.parse(stdout) as Readonly<Record<'begun' | 'answered', string>>
      const [arrived] = arrivals
      if (arrived === undefined) throw new Error(`${folder} sent nothing`)
      return { reply: millisBetween(begun, arrived), answer: millisBetween(begun, answered) }
    },
    close: async () => {
      await gateway.close()
      await simulated.close()
    },
  }
}

const millisBetween = (begun: string, end: string | bigint): number => Number(BigInt(end) - BigInt(begun)) / 1e6
