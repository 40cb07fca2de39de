import { sha256 } from './bytes.ts'
import { type Clock, systemClock } from './time.ts'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

type Facts = Readonly<Record<string, string | number | boolean | undefined>>
type Line = (event: string, facts?: Facts) => void

/** One JSON object a line: `room.verb` with facts, for CloudWatch's metric filters and for people. */
export type Log = Readonly<Record<Exclude<LogLevel, 'silent'>, Line>>

/**
 * Writes to standard error: Lambda sends both streams to CloudWatch, and `serverless invoke local` keeps standard output for
 * the answer.
 */
export function jsonLog(
  threshold: LogLevel,
  clock: Clock = systemClock,
  write: (line: string) => void = (line) => void process.stderr.write(line),
): Log {
  const at =
    (level: Exclude<LogLevel, 'silent'>): Line =>
    (event, facts = {}) => {
      if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(threshold)) return
      write(`${JSON.stringify({ level, event, at: new Date(clock()).toISOString(), ...facts })}\n`)
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** How a person appears in the log: the same person the same letters, and no way back to the openid. */
export const pseudonym = (openId: string): string => (openId === '' ? '-' : sha256(openId).slice(0, 12))
