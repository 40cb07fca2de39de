import { Fault } from '../kernel/fault.ts'
import type { AppId, SdkAppId, TemplateId, UserId } from '../kernel/ids.ts'
import { LOG_LEVELS, type LogLevel } from '../kernel/log.ts'
import { NOTIFY_WHEN, type NotifyWhen } from '../kernel/notify-when.ts'
import { PUSH_MODES, type PushMode } from '../kernel/push-mode.ts'
import type { QuietHours } from '../kernel/quiet-hours.ts'
import { Secret } from '../kernel/secret.ts'
import { hours, type Millis, millis, type Seconds } from '../kernel/time.ts'
import { urlOf } from '../kernel/url.ts'
import { Malformed } from './malformed.ts'
import { quietHoursOf, spanOf } from './spans.ts'

export interface Settings {
  readonly appId: AppId
  /** The first one signs, all verify. */
  readonly tokens: readonly Secret[]
  /** 43 characters each; empty only in plaintext mode. */
  readonly encodingAesKeys: readonly Secret[]
  readonly pushMode: PushMode
  /** How old a push may be when it arrives. */
  readonly pushRetention: Seconds
  readonly tableName: string
  readonly logLevel: LogLevel
  /** AppSecret: what a token is asked for with. */
  readonly appSecret: Secret
  /** Scheme and host of WeChat's API, without a slash at its end. */
  readonly apiBase: string
  /** Subscribe-message templates whose permit lasts until it is withdrawn. */
  readonly longTermTemplates: readonly TemplateId[]
  /** CloudWatch's namespace for our metrics; empty where nobody reads them. */
  readonly metricsNamespace: string
  /** How long tick stays to make ready what is soon due. */
  readonly tickWatch: Millis
  readonly imSdkAppId: SdkAppId
  /** What UserSigs are signed with. */
  readonly imSecretKey: Secret
  /** The administrator account that calls IM's REST API. */
  readonly imAdmin: UserId
  /** Of callback authentication: any of them is right. */
  readonly imCallbackTokens: readonly Secret[]
  /** Scheme and host of IM's REST API in the application's region, without a slash at its end. */
  readonly imApiBase: string
  /** What notices are sent with; the first template of `templates.json` when it is not set. */
  readonly notifyTemplate: TemplateId | undefined
  /** How long after the first, second … notice in a row the next one has to wait; the last one holds for all that follow. */
  readonly notifyCooldowns: readonly Millis[]
  /** The most notices that a person gets in 24 hours. */
  readonly notifyPerDay: number
  readonly quietHours: QuietHours | undefined
  readonly notifyWhen: NotifyWhen
  /** A cloud function refuses what a client has called. */
  readonly cloudPushStrict: boolean
}

type Environment = Readonly<Record<string, string | undefined>>

interface Row<T> {
  readonly variable: string
  readonly fallback?: string
  readonly parse: (value: string, environment: Environment) => T
}

const ROWS: { readonly [Name in keyof Settings]: Row<Settings[Name]> } = {
  appId: {
    variable: 'WECHAT_APP_ID',
    parse: (value) => matching(value, /^w[wx][0-9A-Za-z]{6,30}$/, 'an AppID begins with wx; AppID 以 wx 开头') as AppId,
  },
  tokens: {
    variable: 'WECHAT_TOKEN',
    parse: (value) => secrets(value, /^[!-~]{3,32}$/, '3 to 32 letters or digits each; 每个为 3–32 位字母或数字'),
  },
  encodingAesKeys: {
    variable: 'WECHAT_ENCODING_AES_KEY',
    fallback: '',
    parse: (value, environment) => {
      if (value === '' && environment[ROWS.pushMode.variable] === 'plaintext') return []
      if (value === '') throw new Malformed('missing; 未设置')
      return secrets(value, /^[A-Za-z0-9+/]{43}$/, 'exactly 43 letters or digits each; 每个须为 43 位字母或数字')
    },
  },
  pushMode: { variable: 'WECHAT_PUSH_MODE', fallback: 'safe', parse: (value) => oneOf(value, PUSH_MODES) },
  pushRetention: {
    variable: 'PUSH_RETENTION_HOURS',
    fallback: '72',
    parse: (value) => {
      const count = Number(matching(value, /^\d{1,5}$/, 'a whole number of hours; 须为整数小时'))
      if (count < 1 || count > 87_600) throw new Malformed('1 to 87600 hours; 须在 1 到 87600 小时之间')
      return hours(count)
    },
  },
  tableName: {
    variable: 'TABLE_NAME',
    parse: (value) => matching(value, /^[\w.-]{3,255}$/, 'the name of a DynamoDB table; 须为 DynamoDB 表名'),
  },
  logLevel: { variable: 'LOG_LEVEL', fallback: 'info', parse: (value) => oneOf(value, LOG_LEVELS) },
  appSecret: {
    variable: 'WECHAT_APP_SECRET',
    parse: (value) => new Secret(matching(value, /^[0-9A-Za-z]{16,64}$/, '32 letters or digits; 32 位字母或数字')),
  },
  apiBase: {
    variable: 'WECHAT_API_BASE',
    fallback: 'https://api.weixin.qq.com',
    parse: (value) => bareUrl(value, 'https://api.weixin.qq.com'),
  },
  longTermTemplates: {
    variable: 'LONG_TERM_TEMPLATES',
    fallback: '',
    parse: (value) =>
      value === ''
        ? []
        : value
            .split(',')
            .map((entry) =>
              matching(entry.trim(), /^[\w-]{1,64}$/, 'template ids, separated by commas; 逗号分隔的模板 ID'),
            )
            .map((entry) => entry as TemplateId),
  },
  metricsNamespace: {
    variable: 'METRICS_NAMESPACE',
    fallback: '',
    parse: (value) => matching(value, /^[\w./#:-]{0,255}$/, 'a namespace of CloudWatch; 须为 CloudWatch 命名空间'),
  },
  tickWatch: {
    variable: 'TICK_WATCH_SECONDS',
    fallback: '0',
    // The next tick begins after 60 s, and this one needs time to end.
    parse: (value) =>
      millis(Number(matching(value, /^(?:[1-4]?\d|50)$/, '0 to 50 seconds; 须为 0 到 50 的整数秒')) * 1000),
  },
  imSdkAppId: {
    variable: 'IM_SDK_APP_ID',
    parse: (value) => matching(value, /^[1-9]\d{0,9}$/, 'the digits of an SDKAppID; 须为数字 SDKAppID') as SdkAppId,
  },
  imSecretKey: {
    variable: 'IM_SECRET_KEY',
    parse: (value) =>
      new Secret(matching(value, /^[!-~]{16,256}$/, '16 to 256 visible ASCII characters; 16–256 个可见半角字符')),
  },
  imAdmin: {
    variable: 'IM_ADMIN',
    fallback: 'administrator',
    parse: (value) => matching(value, /^[\w.@-]{1,32}$/, 'the UserID of an administrator; 须为管理员 UserID') as UserId,
  },
  imCallbackTokens: {
    variable: 'IM_CALLBACK_TOKEN',
    parse: (value) =>
      secrets(value, /^[!-~]{4,64}$/, '4 to 64 visible ASCII characters each; 每个为 4–64 个可见半角字符'),
  },
  imApiBase: {
    variable: 'IM_API_BASE',
    fallback: 'https://console.tim.qq.com',
    parse: (value) => bareUrl(value, 'https://console.tim.qq.com'),
  },
  notifyTemplate: {
    variable: 'NOTIFY_TEMPLATE',
    fallback: '',
    parse: (value) =>
      value === '' ? undefined : (matching(value, /^[\w-]{1,64}$/, 'the id of a template; 须为模板 ID') as TemplateId),
  },
  notifyCooldowns: {
    variable: 'NOTIFY_COOLDOWNS',
    fallback: '60s,10m,1h,6h',
    parse: (value) => value.split(',').map((entry) => spanOf(entry.trim())),
  },
  notifyPerDay: {
    variable: 'NOTIFY_PER_DAY',
    fallback: '20',
    parse: (value) => Number(matching(value, /^[1-9]\d{0,3}$/, 'a number from 1 to 9999; 须为 1 到 9999 的数字')),
  },
  quietHours: {
    variable: 'QUIET_HOURS',
    fallback: '',
    parse: (value) => (value === '' ? undefined : quietHoursOf(value)),
  },
  notifyWhen: { variable: 'NOTIFY_WHEN', fallback: 'not-online', parse: (value) => oneOf(value, NOTIFY_WHEN) },
  cloudPushStrict: {
    variable: 'CLOUD_PUSH_STRICT',
    fallback: 'false',
    parse: (value) => oneOf(value, ['true', 'false']) === 'true',
  },
}

/**
 * Reads the named settings; one message names every one that is missing or malformed, and never shows a value.
 * @throws {Fault} SETTINGS_INVALID
 */
export function loadSettings<Name extends keyof Settings>(
  environment: Environment,
  ...names: readonly Name[]
): Pick<Settings, Name> {
  const problems: string[] = []
  const settings: Partial<Record<keyof Settings, unknown>> = {}
  for (const name of names) {
    const { variable } = ROWS[name]
    try {
      settings[name] = load(ROWS[name], environment)
    } catch (cause) {
      if (!(cause instanceof Malformed)) throw cause
      problems.push(`${variable} (${cause.message})`)
    }
  }
  if (problems.length > 0) throw new Fault('SETTINGS_INVALID', { settings: problems.join(', ') })
  return settings as Pick<Settings, Name>
}

function load<T>({ variable, fallback, parse }: Row<T>, environment: Environment): T {
  const value = environment[variable] || fallback
  if (value === undefined) throw new Malformed('missing; 未设置')
  if (value !== value.trim()) throw new Malformed('a blank or newline at its beginning or end; 首尾有空格或换行')
  return parse(value, environment)
}

function bareUrl(value: string, such: string): string {
  const url = urlOf(value)
  const isBare = url !== undefined && `${url.origin}${url.pathname}`.replace(/\/$/, '') === value.replace(/\/$/, '')
  if (!isBare || !/^https?:$/.test(url.protocol)) {
    throw new Malformed(`a URL such as ${such}; 须为形如 ${such} 的地址`)
  }
  return value.replace(/\/$/, '')
}

function matching(value: string, pattern: RegExp, rule: string): string {
  if (!pattern.test(value)) throw new Malformed(rule)
  return value
}

/** A comma-separated list, so that a secret can be replaced without a push being refused. */
const secrets = (value: string, pattern: RegExp, rule: string): readonly Secret[] =>
  value.split(',').map((entry) => new Secret(matching(entry.trim(), pattern, rule)))

function oneOf<T extends string>(value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value)
  if (found === undefined) throw new Malformed(`one of ${allowed.join(', ')}; 须为其中之一`)
  return found
}
