import { DatabaseError } from './database-error.ts'

/** A value of a document. */
export type Value =
  | string
  | number
  | boolean
  | null
  | Date
  | readonly Value[]
  | { readonly [name: string]: Value | undefined }

export type Document = Readonly<Record<string, Value>>

const INT32 = 2 ** 31

/** How the members are called that stand for a value of a type that JSON does not have. */
const TYPES: Readonly<Record<string, (value: unknown) => Value>> = {
  $numberInt: Number,
  $numberLong: Number,
  $numberDouble: Number,
  $date: (value) => new Date(Number(decoded(value))),
}

/**
 * Canonical Extended JSON, the way in which the SDK writes documents, queries and updates.
 * @throws {DatabaseError} INVALID_PARAM it is none, or holds a type that the database here does not know
 * @see https://github.com/mongodb/specifications/blob/master/source/extended-json/extended-json.md
 */
export function readEjson(text: unknown): Document {
  const value = decoded(parsed(text))
  if (!isDocument(value)) throw new DatabaseError('INVALID_PARAM', 'not an object')
  return value
}

export const writeEjson = (document: Document): string => JSON.stringify(encoded(document))

export const isDocument = (value: Value | undefined): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text))
  } catch {
    throw new DatabaseError('INVALID_PARAM', 'not JSON')
  }
}

function decoded(value: unknown): Value {
  if (Array.isArray(value)) return value.map(decoded)
  if (typeof value !== 'object' || value === null) return primitive(value)
  const entries = Object.entries(value)
  const [name, only] = entries.length === 1 ? (entries[0] ?? []) : []
  const read = name !== undefined && Object.hasOwn(TYPES, name) ? TYPES[name] : undefined
  return read === undefined ? Object.fromEntries(entries.map(([key, member]) => [key, decoded(member)])) : read(only)
}

function primitive(value: unknown): Value {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null)
    return value
  throw new DatabaseError('INVALID_PARAM', `a ${typeof value}`)
}

function encoded(value: Value | undefined): unknown {
  if (value instanceof Date) return { $date: { $numberLong: String(value.getTime()) } }
  if (Array.isArray(value)) return value.map(encoded)
  if (typeof value === 'number') return { [numberType(value)]: String(value) }
  if (!isDocument(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, encoded(member)]))
}

function numberType(value: number): string {
  if (!Number.isSafeInteger(value)) return '$numberDouble'
  return value >= -INT32 && value < INT32 ? '$numberInt' : '$numberLong'
}
