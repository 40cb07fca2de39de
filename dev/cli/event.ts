import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { systemClock, toSeconds } from '../../shared/kernel/time.ts'
import { deliver, verification } from '../simulator/delivery.ts'
import { writeSample } from '../simulator/writer.ts'
import { type Command, printJson } from './command.ts'
import { kindOf, kindsHelp } from './kinds.ts'
import { TARGET_OPTIONS, targetOf } from './target.ts'

export const event: Command = {
  summary: 'print a freshly signed Lambda event 打印新签名的 Lambda 事件',
  usage: 'event <kind|verify> [--mode plaintext|compatible|safe] [--format json|xml]',
  options: TARGET_OPTIONS,
  help: () =>
    [
      'For: npm run -s wx -- event text > event.json && npx serverless invoke local -f push -p event.json',
      '`verify` is the check of the URL.',
      '',
      ...kindsHelp(),
    ].join('\n'),
  async run({ positionals, values }) {
    const { account, mode, format } = targetOf(values)
    const now = toSeconds(systemClock())
    if (positionals[0] === 'verify') {
      printJson(gatewayEvent('GET', verification(account, now).query))
      return 0
    }
    const text = writeSample(kindOf(positionals), { appId: account.appId, format })
    const { query, body } = deliver(account, text, { mode, now })
    printJson(gatewayEvent('POST', query, { body, contentType: format === 'xml' ? 'text/xml' : 'application/json' }))
    return 0
  },
}

interface Content {
  readonly body: string
  readonly contentType: string
}

/** As HTTP API writes it, payload format 2.0. */
function gatewayEvent(method: 'GET' | 'POST', rawQueryString: string, content?: Content): APIGatewayProxyEventV2 {
  const routeKey = `${method} /push`
  const headers: Record<string, string> = { host: 'localhost', 'user-agent': 'Mozilla/4.0' }
  if (content !== undefined) headers['content-type'] = content.contentType
  const time = systemClock()
  return {
    version: '2.0',
    routeKey,
    rawPath: '/push',
    rawQueryString,
    headers,
    queryStringParameters: Object.fromEntries(new URLSearchParams(rawQueryString)),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: 'localhost',
      domainPrefix: 'localhost',
      http: { method, path: '/push', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'Mozilla/4.0' },
      requestId: 'local',
      routeKey,
      stage: '$default',
      time: new Date(time).toISOString(),
      timeEpoch: time,
    },
    ...(content === undefined ? {} : { body: content.body }),
    isBase64Encoded: false,
  }
}
