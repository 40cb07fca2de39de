import { sha256 } from './bytes.ts'
import { type Facts, metricMembers } from './metrics.ts'
import { type Clock, systemClock } from './time.ts'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

type Line = (event: string, facts?: Facts) => void

/** One JSON object a line: `room.verb` with facts, for people and, with its metrics, for CloudWatch. */
export type Log = Readonly<Record<Exclude<LogLevel, 'silent'>, Line>>

interface LogOptions {
  /** What is below it is not written, unless it carries metrics. */
  readonly threshold: LogLevel
  /** CloudWatch's namespace for our metrics; no line carries any without one. */
  readonly namespace?: string
  readonly clock?: Clock
  readonly write?: (line: string) => void
}

/**
 * Writes to standard error: Lambda sends both streams to CloudWatch, and `serverless invoke local` keeps standard output for
 * the answer.
 */
export function jsonLog({ threshold, namespace = '', clock = systemClock, write = toStandardError }: LogOptions): Log {
  const at =
    (level: Exclude<LogLevel, 'silent'>): Line =>
    (event, facts = {}) => {
      const now = clock()
      const metrics = namespace === '' ? undefined : metricMembers(event, facts, namespace, now)
      const isWanted = LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(threshold)
      if (!isWanted && metrics === undefined) return
      write(`${JSON.stringify({ level, event, at: new Date(now).toISOString(), ...facts, ...metrics })}\n`)
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

const toStandardError = (line: string): void => void process.stderr.write(line)

/** How a person appears in the log: the same person the same letters, and no way back to the openid. */
export const pseudonym = (openId: string): string => (openId === '' ? '-' : sha256(openId).slice(0, 12))
