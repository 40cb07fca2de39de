import { randomBytes } from 'node:crypto'
import type { Members } from '../api/call.ts'
import type { View } from './database-collections.ts'
import { DatabaseError, duplicateKey } from './database-error.ts'
import { matches, sorted } from './database-query.ts'
import { updated } from './database-update.ts'
import { type Document, readEjson, writeEjson } from './ejson.ts'

/** What an action does to what it sees; it answers the members of the SDK's `data`. */
type Action = (view: View, params: Members) => Readonly<Record<string, unknown>>

/** The actions on documents, by the names that the SDK calls them; each is done at once or not at all. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  insertDocument,
  getDocument,
  modifyDocument,
  removeDocument,
  calculateDocument: (view, params) => ({ total: found(view, params).length }),
}

const nameOf = (params: Members): string => String(params.collectionName)
const idOf = (document: Document): string => String(document._id)

/** Those that a write is about, as things stand: whoever holds one of them is waited for. */
export function targetsOf(view: View, action: string, params: Members): readonly string[] {
  if (action === 'insertDocument') return documentsOf(params).map(idOf)
  if (action !== 'modifyDocument' && action !== 'removeDocument') return []
  const { _id } = queryOf(params)
  return typeof _id === 'string' ? [_id] : found(view, params).map(idOf)
}

function insertDocument(view: View, params: Members): Readonly<Record<string, unknown>> {
  const name = nameOf(params)
  const documents = documentsOf(params).map((document) => ({ ...document, _id: document._id ?? anId() }))
  for (const document of documents) {
    if (view.find(name, idOf(document)) !== undefined) throw duplicateKey(name, document._id)
  }
  for (const document of documents) view.write(name, idOf(document), document)
  return { insertedIds: documents.map(({ _id }) => _id) }
}

function getDocument(view: View, params: Members): Readonly<Record<string, unknown>> {
  const order = params.order === undefined ? {} : readEjson(params.order)
  const [offset, limit] = [Number(params.offset ?? 0), Number(params.limit ?? 100)]
  const list = sorted(found(view, params), order).slice(offset, offset + limit)
  return { list: list.map(writeEjson) }
}

/** `update` of one or many, and `set`, which writes the whole and makes what is not there. */
function modifyDocument(view: View, params: Members): Readonly<Record<string, unknown>> {
  const name = nameOf(params)
  const data = readEjson(params.data)
  const matching = found(view, params)
  const targets = params.multi === true ? matching : matching.slice(0, 1)
  const changed = (before: Document): Document =>
    params.merge === true ? updated(before, data) : { _id: before._id ?? '', ...data }
  for (const target of targets) view.write(name, idOf(target), changed(target))
  if (targets.length > 0 || params.upsert !== true) return { updated: targets.length, upsert_id: null }
  const { _id = anId() } = queryOf(params)
  view.write(name, String(_id), { _id, ...data })
  return { updated: 0, upsert_id: _id }
}

function removeDocument(view: View, params: Members): Readonly<Record<string, unknown>> {
  const matching = found(view, params)
  const targets = params.multi === true ? matching : matching.slice(0, 1)
  for (const target of targets) view.write(nameOf(params), idOf(target), undefined)
  return { deleted: targets.length }
}

const found = (view: View, params: Members): readonly Document[] =>
  view.all(nameOf(params)).filter((document) => matches(document, queryOf(params)))

const queryOf = ({ query }: Members): Document => (query === undefined || query === '' ? {} : readEjson(query))

function documentsOf({ data }: Members): readonly Document[] {
  if (!Array.isArray(data)) throw new DatabaseError('INVALID_PARAM', 'data')
  return data.map(readEjson)
}

const anId = (): string => randomBytes(16).toString('hex')
