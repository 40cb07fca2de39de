import { DatabaseError } from './database-error.ts'
import { memberAt } from './database-query.ts'
import { type Document, isDocument, type Value } from './ejson.ts'

const OPERATORS: Readonly<Record<string, (document: Document, path: string, value: Value) => Document>> = {
  $set: withMember,
  $unset: (document, path) => withMember(document, path, undefined),
  $inc: (document, path, value) => withMember(document, path, numberOf(memberAt(document, path)) + numberOf(value)),
}

/**
 * A document after an update, which the SDK writes as operators over paths.
 * @throws {DatabaseError} DATABASE_INVALID_OPERRATOR one that the database here does not know; DATABASE_REQUEST_FAILED a path through a value
 */
export function updated(document: Document, update: Document): Document {
  return Object.entries(update).reduce((before, [name, members]) => {
    const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined
    if (operator === undefined || !isDocument(members))
      throw new DatabaseError('DATABASE_INVALID_OPERRATOR', ` ${name}`)
    return Object.entries(members).reduce((changed, [path, value]) => operator(changed, path, value), before)
  }, document)
}

/** `undefined` takes the member away. */
function withMember(document: Document, path: string, value: Value | undefined): Document {
  const [name = '', ...rest] = path.split('.')
  const { [name]: inner, ...others } = document
  if (rest.length === 0) return value === undefined ? others : { ...document, [name]: value }
  if (inner !== undefined && !isDocument(inner)) {
    throw new DatabaseError('DATABASE_REQUEST_FAILED', `Cannot create field '${rest[0]}' in element {${name}: …}`)
  }
  return { ...document, [name]: withMember(inner ?? {}, rest.join('.'), value) }
}

function numberOf(value: Value | undefined): number {
  if (value === undefined) return 0
  if (typeof value === 'number') return value
  throw new DatabaseError('DATABASE_REQUEST_FAILED', 'Cannot apply $inc to a value of non-numeric type')
}
