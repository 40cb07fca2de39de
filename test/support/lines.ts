import { jsonLog, type Log } from '../../shared/kernel/log.ts'
import { aClock } from './build.ts'

/** A log at its most talkative, and what it wrote. */
export function aLog(): { readonly log: Log; readonly lines: readonly string[] } {
  const lines: string[] = []
  return { log: jsonLog({ threshold: 'debug', clock: aClock(), write: (line) => void lines.push(line) }), lines }
}
