import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Fetch, FetchAnswer } from '../../shared/http/request.ts'

/** `fetch` for GET alone, of `https:`, `http:` and `data:`: Node 16 has none. */
export const httpsFetch: Fetch = async (url, { signal }) => {
  if (/^data:/i.test(url)) return dataAnswer(url)
  const send = new URL(url).protocol === 'https:' ? requestHttps : requestHttp
  return await new Promise((resolve, reject) => {
    const asked = send(url, { signal }, (answer) => {
      const headers = { get: (name: string): string | null => answer.headers[name]?.toString() ?? null }
      resolve({ status: answer.statusCode ?? 0, headers, body: answer })
    })
    // As `fetch` does: what went wrong is the cause.
    asked.on('error', (cause) => reject(Object.assign(new TypeError('fetch failed'), { cause })))
    asked.end()
  })
}

function dataAnswer(url: string): FetchAnswer {
  const [, type, isBase64, data = ''] = /^data:([^,;]*)(?:;(?!base64)[^,;]*)*(;base64)?,(.*)$/is.exec(url) ?? []
  const bytes = isBase64 === undefined ? Buffer.from(decodeURIComponent(data)) : Buffer.from(data, 'base64')
  const headers = { get: (name: string): string | null => (name === 'content-type' ? type || 'text/plain' : null) }
  return { status: 200, headers, body: once(bytes) }
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}
