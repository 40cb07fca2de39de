import { FAULTS, type FaultCode, type FaultFacts } from '../shared/kernel/fault.ts'
import { adviceOn } from '../shared/wechat/errcode.ts'

const MARKS: Readonly<Record<string, string>> = { warn: '!', error: '✗' }

/** Faults whose events have a name of their own. */
const FAULTS_BY_EVENT: Readonly<Record<string, FaultCode>> = {
  'wechat.unreachable': 'WECHAT_UNREACHABLE',
  'wechat.unreadable': 'WECHAT_UNREADABLE',
  'handler.failed': 'HANDLER_FAILED',
}

/** One line of a function's JSON log as people read it, with what to do about it; any other line stays as it is. */
export function logLine(line: string): string {
  const parsed = parse(line)
  if (parsed === undefined) return `  ${line.trimEnd()}`
  const { level, event, at, ...facts } = parsed
  const said = Object.entries(facts).map(([name, value]) => `${name}=${String(value)}`)
  const mark = MARKS[String(level)] ?? ' '
  const first = `${mark} ${String(at).slice(11, 19)}  ${String(event).padEnd(14)} ${said.join(' ')}`.trimEnd()
  const advice = adviceFor(String(event), facts)
  return advice === undefined ? first : `${first}\n             → ${advice.hint} ${advice.zh}`
}

interface Advice {
  readonly hint: string
  readonly zh: string
}

/** What waits needs none: the line of the failure stands right above. */
function adviceFor(event: string, facts: Readonly<Record<string, unknown>>): Advice | undefined {
  const { reason, errcode } = facts
  if (event === 'process.waiting') return undefined
  if (typeof errcode === 'number') return adviceOn(facts as FaultFacts)
  if (isFault(reason)) return FAULTS[reason]
  const code = FAULTS_BY_EVENT[event]
  return code === undefined ? undefined : FAULTS[code]
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
