import { systemClock, toSeconds } from '../../shared/kernel/time.ts'
import { startGateway } from '../emulator/gateway.ts'
import { contentTypeOf, deliver, verification } from '../simulator/delivery.ts'
import { writeSample } from '../simulator/writer.ts'
import { type Command, printJson } from './command.ts'
import { kindOf, kindsHelp } from './kinds.ts'
import { TARGET_OPTIONS, targetOf } from './target.ts'

export const event: Command = {
  summary: { en: 'print a freshly signed Lambda event', zh: '打印新签名的 Lambda 事件' },
  words: 1,
  usage: 'event <kind|verify> [--mode plaintext|compatible|safe] [--format json|xml] [--json]',
  options: { ...TARGET_OPTIONS, json: { type: 'boolean' } },
  help: () =>
    [
      'For: npm run -s wx -- event text > event.json && npx serverless invoke local -f push -p event.json',
      'It is JSON with and without --json. 输出总是 JSON。',
      '`verify` is the URL verification. verify 表示 URL 验证请求。',
      '',
      ...kindsHelp(),
    ].join('\n'),
  async run({ positionals, values }) {
    const { account, mode, format } = targetOf(values)
    const now = toSeconds(systemClock())
    if (positionals[0] === 'verify') {
      printJson(await gatewayEvent({ method: 'GET' }, verification(account, now).query))
      return 0
    }
    const text = writeSample(kindOf(positionals), { appId: account.appId, format })
    const { query, body } = deliver(account, text, { mode, now })
    const headers = { 'content-type': contentTypeOf(format) }
    printJson(await gatewayEvent({ method: 'POST', headers, body }, query))
    return 0
  },
}

/** What the function would receive: the event that the local HTTP API makes of the request. */
async function gatewayEvent(request: RequestInit & { readonly method: string }, query: string): Promise<unknown> {
  let made: unknown
  const routes = {
    [`${request.method} /push`]: async (event: unknown): Promise<void> => {
      made = event
    },
  }
  const gateway = await startGateway({ port: 0, routes })
  await fetch(`${gateway.url}/push?${query}`, request)
  await gateway.close()
  return made
}
