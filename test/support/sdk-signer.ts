import { DynamoDBClient } from '@aws-sdk/client-dynamodb'

interface ToSign {
  readonly method?: string
  /** With what is signed as a query. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly at: Date
  readonly accessKey?: string
  readonly secret?: string
  readonly sessionToken?: string
  readonly region?: string
  readonly service?: string
}

/** The headers with which AWS's own SDK signs a request. */
export async function signedBySdk(toSign: ToSign): Promise<Record<string, string>> {
  const { method = 'POST', url, headers = {}, body, at, accessKey = 'local', secret = 'local', sessionToken } = toSign
  const { region = 'us-east-1', service = 'execute-api' } = toSign
  const { protocol, hostname, host, port, pathname, searchParams } = new URL(url)
  const session = sessionToken === undefined ? {} : { sessionToken }
  const credentials = { accessKeyId: accessKey, secretAccessKey: secret, ...session }
  const client = new DynamoDBClient({ region, credentials })
  const signer = await client.config.signer({
    name: 'sigv4',
    signingName: service,
    signingRegion: region,
    properties: {},
  })
  const query = Object.fromEntries([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)]))
  const request = { method, protocol, hostname, port: Number(port), path: pathname, query, body }
  const signed = await signer.sign(
    { ...request, headers: { ...headers, host } },
    { signingDate: at, signingRegion: region, signingService: service },
  )
  client.destroy()
  return signed.headers
}
