import { createHmac } from 'node:crypto'
import { sha256 } from '../../shared/kernel/bytes.ts'
import { type Millis, millis } from '../../shared/kernel/time.ts'

/** A request as it is on the wire. */
export interface WireRequest {
  readonly method: string
  /** Path and query, as sent. */
  readonly target: string
  /** By lower-case name; a header sent again is joined with a comma. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

/** For what a signature is good. */
export interface Scope {
  /** `20150830` */
  readonly date: string
  readonly region: string
  readonly service: string
}

export interface Signing {
  /** Lower-case, sorted. */
  readonly signedHeaders: readonly string[]
  /** `20150830T123600Z`, as in the header x-amz-date. */
  readonly amzDate: string
  readonly scope: Scope
  readonly secret: string
}

export const ALGORITHM = 'AWS4-HMAC-SHA256'
const TERMINATION = 'aws4_request'

/**
 * The signature of a request, 64 hex digits.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signatureOf(request: WireRequest, { signedHeaders, amzDate, scope, secret }: Signing): string {
  const text = [ALGORITHM, amzDate, scopeText(scope), sha256(canonicalRequest(request, signedHeaders))].join('\n')
  const key = [scope.date, scope.region, scope.service, TERMINATION].reduce<string | Buffer>(hmac, `AWS4${secret}`)
  return hmac(key, text).toString('hex')
}

export const scopeText = ({ date, region, service }: Scope): string => [date, region, service, TERMINATION].join('/')

/** `20150830T123600Z` */
export const amzDateOf = (at: Millis): string => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')

/** `undefined` for what is no moment. */
export function timeOf(amzDate: string): Millis | undefined {
  const iso = amzDate.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')
  const at = Date.parse(iso)
  return iso === amzDate || Number.isNaN(at) ? undefined : millis(at)
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

function canonicalRequest({ method, target, headers, body }: WireRequest, signedHeaders: readonly string[]): string {
  const [, path = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(target) ?? []
  const lines = signedHeaders.map((name) => `${name}:${(headers.get(name) ?? '').trim().replace(/ +/g, ' ')}\n`)
  return [
    method,
    canonicalPath(path),
    canonicalQuery(query),
    lines.join(''),
    signedHeaders.join(';'),
    sha256(body),
  ].join('\n')
}

/** Without `.`, `..` and empty parts; encoded once more, as every service but S3 wants it. */
function canonicalPath(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(encode(part))
  }
  return `/${parts.join('/')}${parts.length > 0 && path.endsWith('/') ? '/' : ''}`
}

const canonicalQuery = (query: string): string =>
  query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? []
      return [encode(decode(name)), encode(decode(value))] as const
    })
    .toSorted(([a, b], [c, d]) => compare(a, c) || compare(b, d))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/** All but A-Z, a-z, 0-9, `-`, `.`, `_` and `~`. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
