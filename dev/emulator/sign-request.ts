import type { Millis } from '../../shared/kernel/time.ts'
import { EXECUTE_API, LOCAL_KEY } from './iam-authorizer.ts'
import { ALGORITHM, amzDateOf, scopeText, signatureOf } from './sigv4.ts'

interface ToSign {
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

interface SigningKey {
  readonly accessKey: string
  readonly secret: string
}

/** The headers to send a request with, so that a route of IAM's takes it; `fetch` adds the host that is signed here. */
export function signRequest(
  { method, url, headers = {}, body = '' }: ToSign,
  now: Millis,
  { accessKey, secret }: SigningKey = LOCAL_KEY,
): Record<string, string> {
  const { host, pathname, search } = new URL(url)
  const amzDate = amzDateOf(now)
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const)
  const own = new Map([...given, ['host', host], ['x-amz-date', amzDate]])
  const scope = { date: amzDate.slice(0, 8), region: 'us-east-1', service: EXECUTE_API }
  const signedHeaders = [...own.keys()].toSorted()
  const request = { method, target: `${pathname}${search}`, headers: own, body: Buffer.from(body) }
  const signature = signatureOf(request, { signedHeaders, amzDate, scope, secret })
  const credential = `${accessKey}/${scopeText(scope)}`
  own.delete('host')
  return {
    ...Object.fromEntries(own),
    authorization: `${ALGORITHM} Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`,
  }
}
