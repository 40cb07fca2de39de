import type { Clock } from '../../../shared/kernel/time.ts'
import { type ApiCall, parsedMembers } from './call.ts'

/** A call that came, as it may be shown: tokens, signatures, secrets and codes are `***`. */
export interface Call {
  /** ISO, by the simulator's clock. */
  readonly at: string
  readonly path: string
  /** A POST's JSON, anything else's query; of an upload what was sent, without its bytes. */
  readonly body: unknown
  /** What was answered; 64-bit numbers as text; `null` while there is no answer. */
  readonly answer: unknown
}

const MASKED = new Set(['access_token', 'secret', 'session_key', 'js_code', 'usersig'])

/** Every call, oldest first. */
export function outbox(clock: Clock) {
  const calls: Call[] = []
  return { record, all: (): readonly Call[] => [...calls] }

  /** What it hands back notes the answer. */
  function record(call: ApiCall): (answer: unknown) => void {
    const place = calls.length
    const noted = { at: new Date(clock()).toISOString(), path: call.path, body: bodyOf(call), answer: null }
    calls.push(noted)
    return (answer) => {
      calls[place] = { ...noted, answer: masked(answer) }
    }
  }
}

function bodyOf(call: ApiCall): unknown {
  const { method, query, headers, body } = call
  const parsed = method === 'POST' && body !== undefined ? parsedMembers(body) : undefined
  if (parsed !== undefined) return masked(parsed)
  const members = masked(Object.fromEntries([...query].filter(([name]) => name !== 'access_token')))
  if (method !== 'POST') return members
  const type = String(headers['content-type'] ?? '').replace(/;.*$/s, '')
  return { ...(members as object), contentType: type, bytes: body?.length ?? null }
}

/** A copy without what nobody may see. */
function masked(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return value.map(masked)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, MASKED.has(name) ? '***' : masked(member)]),
  )
}
