import { meaningOf as imMeaningOf } from '../shared/im/errcode.ts'
import { FAULTS, type FaultCode, type FaultFacts } from '../shared/kernel/fault.ts'
import { adviceOn } from '../shared/wechat/errcode.ts'
import { NOTICE_WORDS } from './notice-words.ts'

const MARKS: Readonly<Record<string, string>> = { warn: '!', error: '✗' }

/** Faults whose events have a name of their own. */
const FAULTS_BY_EVENT: Readonly<Record<string, FaultCode>> = {
  'wechat.unreachable': 'WECHAT_UNREACHABLE',
  'wechat.unreadable': 'WECHAT_UNREADABLE',
  'handler.failed': 'HANDLER_FAILED',
  'im-api.unreachable': 'IM_UNREACHABLE',
  'im-api.unreadable': 'IM_UNREADABLE',
}

/** What waits, or is tried again, needs no advice: the line of the failure stands right above. */
const WAITS: readonly string[] = ['process.waiting', 'notice.waiting', 'notice.joined', 'notice.retried']

/** One line of a function's JSON log as people read it, with what to do about it; any other line stays as it is. */
export function logLine(line: string): string {
  const parsed = parse(line)
  if (parsed === undefined) return `  ${line.trimEnd()}`
  const { level, event, at, hint, zh, ...facts } = parsed
  const said = [...Object.entries(facts).map(factText), ...wordsOn(String(event), facts)]
  const mark = MARKS[String(level)] ?? ' '
  const first = `${mark} ${String(at).slice(11, 19)}  ${String(event).padEnd(14)} ${said.join(' ')}`.trimEnd()
  const advice = isText(hint) && isText(zh) ? { hint, zh } : adviceFor(String(event), facts)
  return advice === undefined ? first : `${first}\n             → ${advice.hint} ${advice.zh}`
}

/** Hands on what comes in pieces of several lines. */
export const byLine =
  (onLine: ((line: string) => void) | undefined) =>
  (text: string): void => {
    for (const line of text.split('\n')) if (line !== '') onLine?.(line)
  }

/** A minute in which there was nothing to do: not worth a line. */
export function isIdle(line: string): boolean {
  const { event, readied, waiting, planned, oldestMs, done } = parse(line) ?? {}
  if (event === 'cloud.ticked') return done === 0
  return event === 'tick.done' && [readied, waiting, planned, oldestMs].every((figure) => figure === 0)
}

interface Advice {
  readonly hint: string
  readonly zh: string
}

/** Half a day in milliseconds is no number to read. */
const factText = ([name, value]: readonly [string, unknown]): string =>
  name === 'inMs' && typeof value === 'number' ? `in=${spanText(value)}` : `${name}=${String(value)}`

function spanText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 120) return `${seconds}s`
  return seconds < 7200 ? `${Math.round(seconds / 60)}m` : `${Math.round(seconds / 360) / 10}h`
}

/** Why somebody is told, or is not, in words. */
function wordsOn(event: string, { reason, outcome }: Readonly<Record<string, unknown>>): readonly string[] {
  const word =
    event === 'notice.waiting' || event === 'notice.joined' ? reason : event === 'notice.ended' ? outcome : undefined
  const words = isText(word) && Object.hasOwn(NOTICE_WORDS, word) ? NOTICE_WORDS[word] : undefined
  return words === undefined ? [] : [`(${words})`]
}

/** Of a subscribe message nothing is tried again; what comes of it is said by whoever sends it. */
const SENT_ONCE = 'POST /cgi-bin/message/subscribe/send'

const isText = (value: unknown): value is string => typeof value === 'string'

function adviceFor(event: string, facts: Readonly<Record<string, unknown>>): Advice | undefined {
  const { reason, errcode, call } = facts
  if (WAITS.includes(event) || (event === 'wechat.unreachable' && call === SENT_ONCE)) return undefined
  if (typeof errcode === 'number')
    return event.startsWith('im-api.') ? imMeaningOf(errcode) : adviceOn(facts as FaultFacts)
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
