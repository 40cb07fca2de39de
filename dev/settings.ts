import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { loadSettings } from '../shared/config/settings.ts'
import type { PushMode } from '../shared/kernel/push-mode.ts'
import { Secret } from '../shared/kernel/secret.ts'
import { decodeAesKey } from '../shared/wechat/envelope.ts'
import type { Account } from './simulator/delivery.ts'
import type { RunningStack } from './stack-file.ts'

type Variables = Readonly<Record<string, string>>

/** Any key will do where pushes go out in clear. */
const DEMO_KEY = 'demoDEMOdemoDEMOdemoDEMOdemoDEMOdemoDEMO012'

/** Credentials of nobody, so that everything runs before anybody has an account. */
export const DEMO: Variables = {
  WECHAT_APP_ID: 'wx0123456789abcdef',
  WECHAT_TOKEN: 'WeappPushDemoToken',
  WECHAT_ENCODING_AES_KEY: DEMO_KEY,
  WECHAT_PUSH_MODE: 'safe',
  WECHAT_APP_SECRET: 'demo0secret0demo0secret0demo0sec',
  IM_SDK_APP_ID: '1400000000',
  IM_SECRET_KEY: 'demo0key0demo0key0demo0key0demo0key0demo0key0demo0key0demo0key00',
  IM_ADMIN: 'administrator',
  IM_CALLBACK_TOKEN: 'WeappPushDemoImToken',
}
const ENV_FILE = process.env.WX_ENV_FILE ?? '.env'
const TEMPLATE = 'serverless.yml'
const NAMES = [
  ...Object.keys(DEMO),
  'PUSH_RETENTION_HOURS',
  'LOG_LEVEL',
  'WECHAT_API_BASE',
  'LONG_TERM_TEMPLATES',
  'IM_API_BASE',
  'NOTIFY_TEMPLATE',
  'NOTIFY_COOLDOWNS',
  'NOTIFY_PER_DAY',
  'QUIET_HOURS',
  'NOTIFY_WHEN',
  'CLOUD_PUSH_STRICT',
]

/** Whether it is a variable of somebody's own handlers. */
export const isHandlers = (name: string): boolean => !NAMES.includes(name)

/** The environment before .env before the running stack before the demo. */
export const localSettings = (stack?: RunningStack): Variables => ({ ...DEMO, ...ownSettings(stack) })

const NO_SECRETS = ['WECHAT_PUSH_MODE', 'IM_ADMIN']

/** The credentials that are the demo's. */
export const demoNames = (settings: Variables): readonly string[] =>
  Object.keys(DEMO).filter((name) => !NO_SECRETS.includes(name) && settings[name] === DEMO[name])

function ownSettings(stack?: RunningStack): Variables {
  if (existsSync(ENV_FILE)) process.loadEnvFile(ENV_FILE)
  const names = [...new Set([...NAMES, ...namesInFiles()])]
  const named = (variables: Readonly<Record<string, string | undefined>>): Variables =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = variables[name]
        return value === undefined || value === '' ? [] : [[name, value] as const]
      }),
    )
  return { ...named(stack?.env ?? {}), ...named(process.env) }
}

/** All of .env, and what serverless.yml takes from the environment: handlers have settings of their own. AWS's lead nowhere here. */
function namesInFiles(): readonly string[] {
  const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '')
  const asked = [...textOf(TEMPLATE).matchAll(/\$\{env:(\w+)/g)].map(([, name = '']) => name)
  return [...Object.keys(parseEnv(textOf(ENV_FILE))), ...asked].filter((name) => !name.startsWith('AWS_'))
}

/** What WeChat would know of these settings: of a list of secrets the first. */
export function accountOf(env: Variables): { readonly account: Account; readonly mode: PushMode } {
  const settings = loadSettings(env, 'appId', 'tokens', 'encodingAesKeys', 'pushMode')
  const [token = new Secret('')] = settings.tokens
  const key = decodeAesKey(settings.encodingAesKeys[0]?.reveal() ?? DEMO_KEY)
  return { account: { appId: settings.appId, token, key }, mode: settings.pushMode }
}
