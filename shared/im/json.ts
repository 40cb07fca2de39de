import { decodeUtf8 } from '../kernel/bytes.ts'

/** A JSON object of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Without members where no object stands. */
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {})

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const LONE_SURROGATE = /\p{Surrogate}/gu

/** Empty where no text stands; half a surrogate pair, which no table takes, becomes U+FFFD. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value.replace(LONE_SURROGATE, '\ufffd') : ''

/** A whole number that is not negative, also as text: IM's pages print both. */
export function countOf(value: unknown): number | undefined {
  const count = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined
}

/** The object that a body is, if it is one. */
export function readObject(body: Uint8Array): Fields | undefined {
  try {
    const value: unknown = JSON.parse(decodeUtf8(body))
    return isFields(value) ? value : undefined
  } catch {
    return undefined
  }
}
