import { sendSigned } from '../send-request.ts'
import { runningStack } from '../stack-file.ts'
import { type Command, print, printJson, textOf, UsageError } from './command.ts'
import { clockAt, NO_STACK } from './running.ts'

export const send: Command = {
  summary: { en: 'send a subscribe message by request', zh: '请求发送一条订阅消息' },
  words: Number.POSITIVE_INFINITY,
  usage: 'send <to> <template> <key=value>… [--key <key>] [--page <path>] [--json]',
  options: { key: { type: 'string' }, page: { type: 'string' }, json: { type: 'boolean' } },
  help: () =>
    [
      'POST /send of the running stack, signed with the local credentials. <to> is an openid, or the UserID of somebody who has',
      'logged in; `wx templates` tells a template and its keys: send alice <template> thing1=小张 number4=3.',
      '用本地凭据签名，调用本地环境的 POST /send。<to> 为 openid 或已登录用户的 UserID；模板与字段见 wx templates。',
      '',
      '  --key <key>    the same key gives the same outcome, and is never sent twice 同一个键只发送一次，结果相同',
      '  --page <path>  what a tap on the card opens 点击卡片打开的页面',
    ].join('\n'),
  async run({ positionals: [to, template, ...fields], values }) {
    if (to === undefined) throw new UsageError('send <to> <template> <key=value>… 缺少参数')
    if (template === undefined || /^\w+=/.test(template))
      throw new UsageError('which template? `wx templates` lists them: send <to> <template> <key=value>… 缺少模板 ID')
    if (fields.length === 0)
      throw new UsageError('send <to> <template> <key=value>…: no field 缺少字段，见 wx templates')
    const request = {
      to,
      template,
      data: dataOf(fields),
      ...named(values, 'key', 'idempotencyKey'),
      ...named(values, 'page'),
    }
    const { url } = runningStack() ?? {}
    if (url === undefined) throw new UsageError(NO_STACK)
    const clock = await clockAt()
    const { status, says } = await sendSigned(url, request, clock())
    const outcome: Outcome = { ...(says as object) }
    if (values.json === true) printJson(outcome)
    else print(`POST ${url}/send  ${status}  ${lineOf(outcome)}`)
    return outcome.kind === 'sent' ? 0 : 1
  },
}

interface Outcome {
  readonly kind?: string
  readonly msgId?: string
  readonly reason?: string
  readonly errcode?: number
  readonly message?: string
}

/** @throws {UsageError} */
function dataOf(fields: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.map((field) => {
      const at = field.indexOf('=')
      if (at < 1) throw new UsageError(`"${field}" is no key=value 不是 key=value`)
      return [field.slice(0, at), field.slice(at + 1)]
    }),
  )
}

const named = (
  values: Parameters<typeof textOf>[0],
  option: string,
  member = option,
): Readonly<Record<string, string>> => {
  const text = textOf(values, option)
  return text === undefined ? {} : { [member]: text }
}

const WORDS: Readonly<Record<string, string>> = {
  sent: '✓ sent 已发送',
  unsure: '? no answer; it may have arrived, and is not sent again 无应答，可能已送达，不会重发',
  'no-permit': '✗ the person has not allowed it, or no more of it 用户没有授权或次数已用完',
  declined: '✗ WeChat says that the person allows nothing 微信表示用户未授权',
  'unknown-person': '✗ nobody has logged in by this UserID 没有以此 UserID 登录的用户',
  refused: '✗ refused 被拒绝',
  'try-again': '✗ not now: once more, with the same key 暂时失败，请用同一个键重试',
  'in-progress': '… it is being sent just now 正在发送',
  invalid: '✗',
}

const lineOf = ({ kind = '', msgId, reason, errcode, message }: Outcome): string =>
  [WORDS[kind] ?? `✗ ${kind}`, msgId && `msgid ${msgId}`, reason, errcode, message]
    .filter((part) => part !== undefined && part !== '')
    .join('  ')
