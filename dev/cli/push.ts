import type { CloudVariant } from '../local-cloud.ts'
import { wechatSender } from '../simulator/sender.ts'
import { writeSample } from '../simulator/writer.ts'
import { type Command, oneOf, print, printJson, textOf, UsageError, type Values } from './command.ts'
import { kindOf, kindsHelp } from './kinds.ts'
import { pushToCloud } from './push-cloud.ts'
import { clockAt } from './running.ts'
import { TARGET_OPTIONS, targetOf } from './target.ts'
import { verdictLine } from './wording.ts'

const CLOUD: Readonly<Record<string, CloudVariant>> = {
  cloud: 'customer-service',
  'cloud-bundled': 'customer-service-bundled',
}
const HOSTS = ['lambda', ...Object.keys(CLOUD)]

/** Only a text has words. */
function saidIn(values: Values, kind: string): string | undefined {
  const say = textOf(values, 'say')
  if (say !== undefined && kind !== 'text') throw new UsageError('--say goes with text alone 只能用于 text')
  return say
}

export const push: Command = {
  summary: { en: 'push a message or event', zh: '推送一条消息或事件' },
  words: 1,
  usage:
    'push <kind> [--to lambda|cloud|cloud-bundled] [--mode plaintext|compatible|safe] [--format json|xml] [--url <url>] [--openid <openid>] [--say <words>] [--retry] [--json]',
  options: {
    ...TARGET_OPTIONS,
    to: { type: 'string' },
    url: { type: 'string' },
    json: { type: 'boolean' },
    openid: { type: 'string' },
    say: { type: 'string' },
    retry: { type: 'boolean' },
  },
  help: () =>
    [
      'Signs, seals and sends it as WeChat does: 5 s to answer, three tries.',
      '像微信一样签名、加密并发送：5 秒内应答，最多三次。',
      '--to cloud pushes to the cloud function instead, cloud-bundled to the one with the SDK inside; it answers with its result.',
      '--to cloud 推送到云函数，cloud-bundled 为内含 SDK 的云函数，并显示其返回值。',
      '--say gives a text other words: push text --say 人工. 指定文本内容。',
      '--retry delivers it three times, overlapping, as when the answers come too late. 三次重叠投递，模拟应答过慢。',
      '',
      ...kindsHelp(),
    ].join('\n'),
  async run({ positionals, values }) {
    const kind = kindOf(positionals)
    const say = saidIn(values, kind)
    const variant = CLOUD[oneOf('--to', textOf(values, 'to') ?? 'lambda', HOSTS)]
    if (variant !== undefined) return await pushToCloud(variant, kind, values, say)
    const { account, mode, format, url } = targetOf(values)
    const clock = await clockAt(new URL(url).origin)
    const about = { appId: account.appId, format, openId: textOf(values, 'openid'), say, clock }
    const text = writeSample(kind, about)
    const tries = await wechatSender(account, url).push(text, { mode, clock, overlapping: values.retry === true })
    if (values.json === true) printJson({ kind, mode, format, url, tries })
    else for (const line of new Set(tries.map(verdictLine))) print(`POST ${url}  ${kind} ${mode} ${format}  ${line}`)
    return tries.at(-1)?.verdict.kind === 'delivered' ? 0 : 1
  },
}
