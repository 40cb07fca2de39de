import type { IncomingMessage } from 'node:http'
import { decodeUtf8 } from '../../../shared/kernel/bytes.ts'
import { readBody } from '../../emulator/server.ts'
import type { Answer } from './answer.ts'
import { refuse } from './refusal.ts'

/** A call as it came, before anything is known of it. */
export interface ApiCall {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  /** `undefined`: longer than any call may be. */
  readonly body: Buffer | undefined
  /** The caller's address, as an IPv4 one where it is one. */
  readonly ip: string
}

/** What stands behind a path. @throws {Refusal} */
export type Handler = (call: ApiCall) => Answer | Promise<Answer>

/** Members of a JSON body, unchecked. */
export type Members = Readonly<Record<string, unknown>>

/** More than the largest picture with its frame. */
const LONGEST_BODY = 12 * 1024 * 1024

export async function readCall(request: IncomingMessage): Promise<ApiCall> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    ip: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    body: await readBody(request, LONGEST_BODY),
  }
}

/** @throws {Refusal} 44002 nothing in the body, 47001 no JSON object */
export function membersOf(call: ApiCall): Members {
  if (call.body === undefined || call.body.length === 0) refuse(44002)
  return parsedMembers(call.body) ?? refuse(47001)
}

/** `undefined` for what is no JSON object. */
export function parsedMembers(body: Uint8Array): Members | undefined {
  try {
    const parsed: unknown = JSON.parse(decodeUtf8(body))
    return isMembers(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * A member that is text and says something.
 * @throws {Refusal} 47001 it is no text; `missing` it is absent or empty
 */
export function textMember(members: Members, name: string, missing: number): string {
  const value = members[name] ?? ''
  if (typeof value !== 'string') refuse(47001)
  return value === '' ? refuse(missing) : value
}

/** 28 characters in every mini program that was seen. */
/** WeChat's have 28 letters, and nothing says that they always will. */
const OPEN_ID = /^o[\w-]{2,63}$/

/** @throws {Refusal} 40003 */
export function touserOf(members: Members): string {
  const { touser } = members
  return typeof touser === 'string' && OPEN_ID.test(touser) ? touser : refuse(40003)
}
