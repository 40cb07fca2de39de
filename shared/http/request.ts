import type { Millis } from '../kernel/time.ts'

/** As much of `fetch` as the way out needs: Node 16 has none, and whatever can do this stands in for it. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchAnswer>

interface FetchInit {
  readonly method: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | FormData
  readonly redirect: 'manual'
  readonly signal: AbortSignal
}

export interface FetchAnswer {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: AsyncIterable<Uint8Array> | null
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | FormData
  /** For the whole answer, its last byte included. */
  readonly deadline: Millis
  readonly maxBytes: number
}

export interface HttpAnswer {
  readonly status: number
  /** Lower case, without parameters. */
  readonly contentType: string
  readonly location: string | undefined
  readonly body: Buffer<ArrayBuffer>
}

/** Why nothing came, in a word: never the URL, which carries the token, nor a cause that may quote it. */
export class Unanswered extends Error {
  readonly because: string

  constructor(because: string) {
    super(because)
    this.because = because
  }
}

/**
 * The way out. Connections are kept alive, and no redirect is followed, since it would take the token elsewhere.
 * @throws {Unanswered} `timeout`, `too-large`, or a code such as `ECONNREFUSED`
 */
export async function request(fetch: Fetch, { url, deadline, maxBytes, ...init }: HttpRequest): Promise<HttpAnswer> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), deadline)
  try {
    const answer = await fetch(url, { ...init, redirect: 'manual', signal: late.signal })
    const [contentType = ''] = (answer.headers.get('content-type') ?? '').toLowerCase().split(';')
    return {
      status: answer.status,
      contentType: contentType.trim(),
      location: answer.headers.get('location') ?? undefined,
      body: await bodyOf(answer, maxBytes),
    }
  } catch (cause) {
    if (late.signal.aborted) throw new Unanswered('timeout')
    throw cause instanceof Unanswered ? cause : new Unanswered(reasonOf(cause))
  } finally {
    clearTimeout(timer)
  }
}

async function bodyOf({ body }: FetchAnswer, maxBytes: number): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.byteLength
    if (length > maxBytes) throw new Unanswered('too-large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function reasonOf(failure: unknown): string {
  if (!(failure instanceof Error)) return 'unknown'
  const { cause } = failure
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return /^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? code : 'network'
}
