import { wechatSender } from '../simulator/sender.ts'
import { type Command, print, printJson } from './command.ts'
import { targetOf } from './target.ts'
import { verdictLine } from './wording.ts'

export const verify: Command = {
  summary: { en: "verify the URL as WeChat's console does", zh: '模拟后台保存配置时的 URL 验证' },
  words: 0,
  usage: 'verify [--url <url>] [--json]',
  options: { url: { type: 'string' }, json: { type: 'boolean' } },
  help: () =>
    'Sends the GET that WeChat sends when the console is saved, and compares the echo.\n发送后台保存配置时的 GET 请求，并核对返回内容。',
  async run({ values }) {
    const { account, url } = targetOf(values)
    const outcome = await wechatSender(account, url).verify()
    if (values.json === true) printJson({ url, ...outcome })
    else print(`GET  ${url}  ${verdictLine(outcome)}`)
    return outcome.verdict.kind === 'delivered' ? 0 : 1
  },
}
