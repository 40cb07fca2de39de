import type { HttpEvent } from './emulator/http-event.ts'
import { StackError } from './emulator/stack-error.ts'

/** What a dev route is sent. */
export type Body = Readonly<Record<string, unknown>>

/** @throws {StackError} REQUEST_INVALID */
export function bodyOf({ body = '', isBase64Encoded }: HttpEvent): Body {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString() : body
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  } catch {
    // Below.
  }
  throw new StackError('REQUEST_INVALID', 'the body is not a JSON object')
}

/** @throws {StackError} REQUEST_INVALID */
export function textsIn<Name extends string>(body: Body, ...names: Name[]): Record<Name, string> {
  const texts: Partial<Record<Name, string>> = {}
  for (const name of names) {
    const text = body[name]
    if (typeof text !== 'string' || text === '') throw new StackError('REQUEST_INVALID', `${name} is missing`)
    texts[name] = text
  }
  return texts as Record<Name, string>
}
