import { DatabaseError } from './database-error.ts'
import { type Document, isDocument, type Value } from './ejson.ts'

/** What a condition says of a member; `undefined`: the document has none. */
const OPERATORS: Readonly<Record<string, (actual: Value | undefined, wanted: Value) => boolean>> = {
  $eq: equal,
  $ne: (actual, wanted) => !equal(actual, wanted),
  $gt: (actual, wanted) => (compared(actual, wanted) ?? 0) > 0,
  $gte: (actual, wanted) => (compared(actual, wanted) ?? -1) >= 0,
  $lt: (actual, wanted) => (compared(actual, wanted) ?? 0) < 0,
  $lte: (actual, wanted) => (compared(actual, wanted) ?? 1) <= 0,
  $in: (actual, wanted) => listOf(wanted).some((one) => equal(actual, one)),
  $nin: (actual, wanted) => !listOf(wanted).some((one) => equal(actual, one)),
  $exists: (actual, wanted) => (actual !== undefined) === wanted,
}

/** All conditions hold. @throws {DatabaseError} DATABASE_INVALID_OPERRATOR */
export function matches(document: Document, query: Document): boolean {
  return Object.entries(query).every(([name, condition]) => {
    if (name === '$and') return listOf(condition).every((one) => isDocument(one) && matches(document, one))
    if (name === '$or') return listOf(condition).some((one) => isDocument(one) && matches(document, one))
    if (name.startsWith('$')) throw new DatabaseError('DATABASE_INVALID_OPERRATOR', ` ${name}`)
    return holds(memberAt(document, name), condition)
  })
}

/** By the members of `order` one after another, 1 upwards and -1 downwards; those that are equal stay as they were. */
export function sorted(documents: readonly Document[], order: Document): readonly Document[] {
  const rules = Object.entries(order)
  return [...documents].sort((a, b) => {
    for (const [name, direction] of rules) {
      const found = rank(memberAt(a, name), memberAt(b, name))
      if (found !== 0) return direction === -1 ? -found : found
    }
    return 0
  })
}

export const memberAt = (document: Document, path: string): Value | undefined =>
  path.split('.').reduce<Value | undefined>((value, name) => (isDocument(value) ? value[name] : undefined), document)

function holds(actual: Value | undefined, condition: Value): boolean {
  if (!isDocument(condition) || !Object.keys(condition).some((name) => name.startsWith('$'))) {
    return equal(actual, condition)
  }
  return Object.entries(condition).every(([name, wanted]) => {
    const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined
    if (operator === undefined) throw new DatabaseError('DATABASE_INVALID_OPERRATOR', ` ${name}`)
    return operator(actual, wanted)
  })
}

/** A member that is not there is as good as null; the members of an object count in their order. */
function equal(actual: Value | undefined, wanted: Value): boolean {
  if (actual instanceof Date || wanted instanceof Date) return compared(actual, wanted) === 0
  return JSON.stringify(actual ?? null) === JSON.stringify(wanted)
}

/** `undefined`: values of different types are neither more nor less than each other. */
function compared(actual: Value | undefined, wanted: Value): number | undefined {
  const [a, b] = [comparable(actual), comparable(wanted)]
  if (a === undefined || b === undefined || typeof actual !== typeof wanted) return undefined
  if (actual instanceof Date !== wanted instanceof Date) return undefined
  return a < b ? -1 : a > b ? 1 : 0
}

function comparable(value: Value | undefined): number | string | undefined {
  if (value instanceof Date) return value.getTime()
  if (typeof value === 'boolean') return Number(value)
  return typeof value === 'number' || typeof value === 'string' ? value : undefined
}

/** Nothing before numbers before text before the rest, as MongoDB sorts. */
function rank(a: Value | undefined, b: Value | undefined): number {
  const typeOf = (value: Value | undefined): number =>
    value === undefined || value === null ? 0 : typeof value === 'number' ? 1 : typeof value === 'string' ? 2 : 3
  return typeOf(a) - typeOf(b) || (b === undefined ? 0 : (compared(a, b) ?? 0))
}

const listOf = (value: Value | undefined): readonly Value[] => (Array.isArray(value) ? value : [])
