import { wechatSender } from '../simulator/sender.ts'
import { type Command, print, printJson } from './command.ts'
import { targetOf } from './target.ts'
import { verdictLine } from './wording.ts'

export const verify: Command = {
  summary: "play WeChat's check of the URL    模拟后台保存时的 URL 验证",
  usage: 'verify [--url <url>] [--json]',
  options: { url: { type: 'string' }, json: { type: 'boolean' } },
  help: () => 'Sends the GET that WeChat sends when the console is saved, and compares the echo.',
  async run({ values }) {
    const { account, url } = targetOf(values)
    const outcome = await wechatSender(account, url).verify()
    if (values.json === true) printJson({ url, ...outcome })
    else print(`GET  ${url}  ${verdictLine(outcome)}`)
    return outcome.verdict.kind === 'delivered' ? 0 : 1
  },
}
