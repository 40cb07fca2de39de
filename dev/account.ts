import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { loadSettings } from '../shared/config/settings.ts'
import type { PushMode } from '../shared/kernel/push-mode.ts'
import { Secret } from '../shared/kernel/secret.ts'
import { decodeAesKey } from '../shared/wechat/envelope.ts'
import type { Account } from './simulator/delivery.ts'

type Variables = Readonly<Record<string, string>>

/** Credentials of nobody, so that everything runs before anybody has an account. */
const DEMO: Variables = {
  WECHAT_APP_ID: 'wx0123456789abcdef',
  WECHAT_TOKEN: 'WeappPushDemoToken',
  WECHAT_ENCODING_AES_KEY: 'demoDEMOdemoDEMOdemoDEMOdemoDEMOdemoDEMO012',
  WECHAT_PUSH_MODE: 'safe',
}
const NAMES = [...Object.keys(DEMO), 'PUSH_RETENTION_HOURS', 'LOG_LEVEL']

/** The secret used when pushes go out in clear only. */
const ANY_KEY = DEMO.WECHAT_ENCODING_AES_KEY ?? ''

/** Where `npm start` leaves its address and settings for the second terminal and for `serverless invoke local`. */
export const STACK_FILE = resolve(process.env.WX_STACK_FILE ?? '.wx/stack.json')

export interface RunningStack {
  readonly pid: number
  readonly url: string
  /** The variables that a function of the stack runs with. */
  readonly env: Variables
}

export function runningStack(): RunningStack | undefined {
  if (!existsSync(STACK_FILE)) return undefined
  const stack: RunningStack = JSON.parse(readFileSync(STACK_FILE, 'utf8'))
  return isAlive(stack.pid) ? stack : undefined
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** The environment before .env before the running stack before the demo. */
export function localSettings(stack: RunningStack | undefined = undefined): Variables {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const given = NAMES.flatMap((name) => {
    const value = process.env[name]
    return value === undefined || value === '' ? [] : [[name, value] as const]
  })
  return { ...DEMO, ...pick(stack?.env ?? {}), ...Object.fromEntries(given) }
}

const pick = (env: Variables): Variables =>
  Object.fromEntries(Object.entries(env).filter(([name]) => NAMES.includes(name)))

/** What WeChat would know of these settings: of a list of secrets the first. */
export function accountOf(env: Variables): { readonly account: Account; readonly mode: PushMode } {
  const settings = loadSettings(env, 'appId', 'tokens', 'encodingAesKeys', 'pushMode')
  const [token = new Secret('')] = settings.tokens
  const key = decodeAesKey(settings.encodingAesKeys[0]?.reveal() ?? ANY_KEY)
  return { account: { appId: settings.appId, token, key }, mode: settings.pushMode }
}
