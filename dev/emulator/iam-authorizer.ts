import type { APIGatewayEventRequestContextIAMAuthorizer } from 'aws-lambda'
import { equalDigests } from '../../shared/kernel/bytes.ts'
import type { Clock, Millis } from '../../shared/kernel/time.ts'
import { ALGORITHM, type Scope, signatureOf, timeOf, type WireRequest } from './sigv4.ts'

/** Who signed, as a function is told; an account outside of any organisation has no principalOrgId. */
export interface IamCaller {
  readonly iam: Omit<APIGatewayEventRequestContextIAMAuthorizer['iam'], 'principalOrgId'> & {
    readonly principalOrgId: null
  }
}

/** The one key whose secret is known here: what functions, commands and the README's examples sign with. */
export const LOCAL_KEY = { accessKey: 'local', secret: 'local' } as const

/** API Gateway's service name in a scope. */
export const EXECUTE_API = 'execute-api'

/** How far x-amz-date may be from now. */
const LEEWAY_MS = 5 * 60_000
const ACCESS_KEY = /^\w{16,128}$/
const ACCOUNT = '000000000000'

/**
 * Who signed a request by Signature Version 4, or `undefined`: then the answer is 403. There is no IAM on a laptop: with the key
 * `local` the signature is checked; what any other key signed passes when form, date and scope are right, whoever may call here
 * where it is deployed. A signature in the query string is refused.
 * @param clocks a client signs with the real time, our own commands with the stack's: either will do
 */
export function iamCaller(request: WireRequest, clocks: readonly Clock[]): IamCaller | undefined {
  const authorization = readAuthorization(request.headers.get('authorization') ?? '')
  const amzDate = request.headers.get('x-amz-date') ?? ''
  const at = timeOf(amzDate)
  if (authorization === undefined || at === undefined) return undefined
  const { accessKey, scope, signedHeaders, signature } = authorization
  if (!isNear(at, clocks) || scope.date !== amzDate.slice(0, 8) || scope.service !== EXECUTE_API) return undefined
  if (!coversAll(signedHeaders, request.headers)) return undefined
  if (accessKey !== LOCAL_KEY.accessKey) return ACCESS_KEY.test(accessKey) ? callerOf(accessKey) : undefined
  const right = signatureOf(request, { signedHeaders, amzDate, scope, secret: LOCAL_KEY.secret })
  return equalDigests(right, signature) ? callerOf(accessKey) : undefined
}

interface Authorization {
  readonly accessKey: string
  readonly scope: Scope
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

const FORM = new RegExp(
  `^${ALGORITHM} +Credential=([^\\s/,]+)/(\\d{8})/([a-z\\d-]+)/([a-z\\d-]+)/aws4_request, *SignedHeaders=([^\\s,]+), *Signature=([\\da-f]{64})$`,
)

function readAuthorization(header: string): Authorization | undefined {
  const match = FORM.exec(header)
  if (match === null) return undefined
  const [, accessKey = '', date = '', region = '', service = '', names = '', signature = ''] = match
  return { accessKey, scope: { date, region, service }, signedHeaders: names.split(';'), signature }
}

const isNear = (at: Millis, clocks: readonly Clock[]): boolean =>
  clocks.some((clock) => Math.abs(clock() - at) <= LEEWAY_MS)

/** The host, and every header of AWS's that was sent, x-amz-date among them; and nothing that was not sent. */
function coversAll(signedHeaders: readonly string[], headers: WireRequest['headers']): boolean {
  const owed = ['host', ...[...headers.keys()].filter((name) => name.startsWith('x-amz-'))]
  const isSorted = signedHeaders.join(';') === [...new Set(signedHeaders)].toSorted().join(';')
  return (
    isSorted && owed.every((name) => signedHeaders.includes(name)) && signedHeaders.every((name) => headers.has(name))
  )
}

const callerOf = (accessKey: string): IamCaller => ({
  iam: {
    accessKey,
    accountId: ACCOUNT,
    callerId: accessKey,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: `arn:aws:iam::${ACCOUNT}:user/${accessKey}`,
    userId: accessKey,
  },
})
