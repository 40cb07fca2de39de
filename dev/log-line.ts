import { FAULTS, type FaultCode } from '../shared/kernel/fault.ts'

const MARKS: Readonly<Record<string, string>> = { warn: '!', error: '✗' }

/** One line of a function's JSON log as people read it, with what to do about it; any other line stays as it is. */
export function logLine(line: string): string {
  const parsed = parse(line)
  if (parsed === undefined) return `  ${line.trimEnd()}`
  const { level, event, at, ...facts } = parsed
  const said = Object.entries(facts).map(([name, value]) => `${name}=${String(value)}`)
  const mark = MARKS[String(level)] ?? ' '
  const first = `${mark} ${String(at).slice(11, 19)}  ${String(event).padEnd(14)} ${said.join(' ')}`.trimEnd()
  return isFault(facts.reason)
    ? `${first}\n             → ${FAULTS[facts.reason].hint} ${FAULTS[facts.reason].zh}`
    : first
}

const isFault = (reason: unknown): reason is FaultCode => typeof reason === 'string' && Object.hasOwn(FAULTS, reason)

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const facts: unknown = JSON.parse(line)
    return typeof facts === 'object' && facts !== null && 'event' in facts ? { ...facts } : undefined
  } catch {
    return undefined
  }
}
