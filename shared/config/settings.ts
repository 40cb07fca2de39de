import { Fault } from '../kernel/fault.ts'
import type { AppId } from '../kernel/ids.ts'
import { LOG_LEVELS, type LogLevel } from '../kernel/log.ts'
import { PUSH_MODES, type PushMode } from '../kernel/push-mode.ts'
import { Secret } from '../kernel/secret.ts'
import { hours, type Seconds } from '../kernel/time.ts'

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
}

type Environment = Readonly<Record<string, string | undefined>>

/** What is wrong with a value, said without showing it. */
class Malformed extends Error {}

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
