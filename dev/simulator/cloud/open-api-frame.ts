import { type Field, readFields, writeFields } from './protobuf.ts'

/** What a cloud call asks of WeChat. */
export interface OpenApiRequest {
  /** The top-level arguments: each was JSON of its own. */
  readonly data: Readonly<Record<string, unknown>>
  readonly files: Readonly<Record<string, CloudFile>>
}

interface CloudFile {
  readonly filename: string
  readonly bytes: Buffer
}

/**
 * `CommApiData { 1 apiType, 2 openapiData { 1 pairs { 1 key, 2 value, 3 contenttype, 4 filename } }, 6 appid }`. The SDK loses the type
 * of a file, so that a file is known by its name.
 * @throws {TypeError | SyntaxError} it is no such message
 */
export function readOpenApiRequest(bytes: Buffer): OpenApiRequest {
  const pairs = bytesOf(readFields(bytes), 2).flatMap((data) => bytesOf(readFields(data), 1).map(readPair))
  const data = pairs.flatMap(({ key, value, filename }) =>
    filename === '' ? [[key, JSON.parse(value.toString())] as const] : [],
  )
  const files = pairs.flatMap(({ key, value, filename }) =>
    filename === '' ? [] : [[key, { filename, bytes: value }] as const],
  )
  return { data: Object.fromEntries(data), files: Object.fromEntries(files) }
}

function readPair(bytes: Buffer): { readonly key: string; readonly value: Buffer; readonly filename: string } {
  const fields = readFields(bytes)
  const first = (id: number): Buffer => bytesOf(fields, id)[0] ?? Buffer.alloc(0)
  return { key: first(1).toString(), value: first(2), filename: first(4).toString() }
}

const bytesOf = (fields: readonly Field[], id: number): readonly Buffer[] =>
  fields.flatMap((field) => (field.id === id && typeof field.value !== 'bigint' ? [field.value] : []))

interface OpenApiAnswer {
  readonly body?: string | Uint8Array
  /** The SDK reads `application/json` and `text/plain`, and hands out anything else as a buffer, with errCode 0. */
  readonly contentType?: string
  /** Of the gateway itself: -604101 … */
  readonly errorCode?: number
}

/** `CommOpenApiResp { 1 respData, 2 contentType, 3 errorCode, 4 httpCode }` */
export const writeOpenApiAnswer = ({ body = '', contentType = '', errorCode = 0 }: OpenApiAnswer): Buffer =>
  writeFields([
    [1, typeof body === 'string' ? Buffer.from(body) : body],
    [2, contentType],
    [3, errorCode],
    [4, errorCode === 0 ? 200 : 0],
  ])
