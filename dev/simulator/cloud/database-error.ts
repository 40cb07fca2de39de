/** The database's words for what it refuses, as functions meet them. */
const MESSAGES = {
  DATABASE_COLLECTION_NOT_EXIST:
    '[ResourceNotFound] Db or Table not exist. Please check your request, but if the problem cannot be solved, contact us.',
  DATABASE_COLLECTION_ALREADY_EXIST:
    '[ResourceUnavailable.ResourceExist] Table exist. Please check your request, but if the problem cannot be solved, contact us.',
  DATABASE_TRANSACTION_CONFLICT:
    '[ResourceUnavailable.TransactionConflict] Transaction is conflict, maybe resource operated by others. Please check your request, but if the problem persists, contact us.',
  DATABASE_TRANSACTION_FAIL:
    '[ResourceUnavailable.TransactionBusy] Transaction is busy. Please check your request, but if the problem persists, contact us.',
  DATABASE_TRANSACTION_NOT_EXIST:
    '[ResourceUnavailable.TransactionNotExist] Transaction does not exist on the server, transaction must be commit or abort in 30 seconds. Please check your request, but if the problem persists, contact us.',
  DATABASE_PERMISSION_DENIED: 'Permission denied',
  RESOURCE_NOT_INITIAL: 'the resource of the environment is not initialized',
  DATABASE_INVALID_OPERRATOR: '[InvalidParameter] Check request parameter fail. Invalid operator',
  DATABASE_REQUEST_FAILED: '[FailedOperation] ',
  INVALID_PARAM: '[InvalidParameter] ',
} as const

/** Ends an action; the SDK makes numbers of the codes that it knows, and -501001 of the others. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
  readonly code: keyof typeof MESSAGES

  constructor(code: keyof typeof MESSAGES, more = '') {
    super(MESSAGES[code] + more)
    this.code = code
  }
}

export const duplicateKey = (collection: string, id: unknown): DatabaseError =>
  new DatabaseError(
    'DATABASE_REQUEST_FAILED',
    `multiple write errors: [{write errors: [{E11000 duplicate key error collection: tnt-local.${collection} index: _id_ dup key: { : ${JSON.stringify(id)} }}]}, {<nil>}]`,
  )
