import type { ApiCall, Members } from './call.ts'

/** The files of a cloud call, by the names of their parts. */
export type CloudFiles = Readonly<Record<string, { readonly filename: string; readonly bytes: Uint8Array }>>

/** The call that WeChat's cloud makes of a cloud function's: JSON, or with files a form whose other members stand in the query. */
export async function cloudCall(path: string, members: Members, files: CloudFiles = {}): Promise<ApiCall> {
  const common = { method: 'POST', path, ip: '127.0.0.1' }
  const parts = Object.entries(files)
  if (parts.length === 0) {
    return { ...common, query: new URLSearchParams(), headers: {}, body: Buffer.from(JSON.stringify(members)) }
  }
  const form = new FormData()
  for (const [name, { filename, bytes }] of parts) form.append(name, new Blob([new Uint8Array(bytes)]), filename)
  const encoded = new Response(form)
  const body = Buffer.from(await encoded.arrayBuffer())
  const query = new URLSearchParams(
    Object.entries(members).map(([name, value]): [string, string] => [name, String(value)]),
  )
  const headers = {
    'content-type': encoded.headers.get('content-type') ?? '',
    'content-length': String(body.length),
  }
  return { ...common, query, headers, body }
}
