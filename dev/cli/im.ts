import type { ToldCallback } from '../dev-im-routes.ts'
import { STATUSES } from '../simulator/im/presence.ts'
import { type Command, oneOf, print, printJson, textOf, UsageError, type Values } from './command.ts'
import { meet } from './im-meet.ts'
import { online } from './im-online.ts'
import { sig } from './im-sig.ts'
import { askStack } from './running.ts'

interface Verb {
  /** The words after it. */
  readonly usage: string
  readonly least: number
  readonly most: number
  readonly zh: string
  readonly en: string
  run(words: readonly string[], values: Values): Promise<number>
}

/** What somebody does in the simulated IM: the route and its body. */
const deed =
  (route: string, bodyOf: (words: readonly string[], values: Values) => Readonly<Record<string, unknown>>) =>
  async (words: readonly string[], values: Values): Promise<number> => {
    const said = (await askStack(`/_dev/im/${route}`, bodyOf(words, values))) as Told
    if (values.json === true) printJson(said)
    else for (const line of linesOf(said)) print(line)
    return said.callbacks.every(({ verdict }) => verdict === 'taken') ? 0 : 1
  }

const VERBS: Readonly<Record<string, Verb>> = {
  meet: {
    usage: '<userId> <openid> [<count>]',
    least: 2,
    most: 3,
    zh: '视为已登录，并同意接收若干次通知（默认 1 次）',
    en: 'as if the person had logged in and allowed notices, 1 unless said',
    run: meet,
  },
  say: {
    usage: '<from> <to> <text…>',
    least: 3,
    most: Number.POSITIVE_INFINITY,
    zh: '发一条单聊消息',
    en: 'one person writes to another',
    run: deed('message', ([from, to, ...text]) => ({ from, to, text: text.join(' ') })),
  },
  group: {
    usage: '<from> <group> <text…> [--mention a,b] [--all]',
    least: 3,
    most: Number.POSITIVE_INFINITY,
    zh: '发一条群消息，--mention 为 @ 的人',
    en: 'somebody writes in a group and mentions others',
    run: deed('group', ([from, group, ...text], values) => ({
      from,
      group,
      text: text.join(' '),
      mention: (textOf(values, 'mention') ?? '').split(',').filter((name) => name !== ''),
      all: values.all === true,
    })),
  },
  status: {
    usage: `<userId> <${STATUSES.join('|')}> [--platform <platform>]`,
    least: 2,
    most: 2,
    zh: '上线或离线；平台默认 Web（小程序）',
    en: 'somebody comes or goes, on Web (a mini program) unless said',
    run: deed('status', ([userId, status = ''], values) => {
      const platform = textOf(values, 'platform')
      const change = { userId, status: oneOf('status', status, STATUSES) }
      return platform === undefined ? change : { ...change, platform }
    }),
  },
  read: {
    usage: '<reader> <peer>',
    least: 2,
    most: 2,
    zh: '已读对方发来的消息',
    en: 'somebody reads what another has written',
    run: deed('read', ([reader, peer]) => ({ reader, peer })),
  },
  recall: {
    usage: '<from> <to>',
    least: 2,
    most: 2,
    zh: '撤回最后一条消息',
    en: 'the last message is taken back',
    run: deed('recall', ([from, to]) => ({ from, to })),
  },
  online: {
    usage: '<userId…>',
    least: 1,
    most: 500,
    zh: '用 IM_* 配置查询在线状态',
    en: 'ask Tencent IM who is online, with the IM_* settings',
    run: online,
  },
  sig: { usage: '<userId>', least: 1, most: 1, zh: '签发一个 UserSig', en: 'sign a UserSig for a day', run: sig },
}

const NAMES = Object.keys(VERBS)
const WIDTH = Math.max(...Object.entries(VERBS).map(([name, { usage }]) => `${name} ${usage}`.length))

export const im: Command = {
  summary: { en: 'act in the simulated Tencent IM, check the real one', zh: '操作模拟的 IM，检查真实的 IM' },
  words: Number.POSITIVE_INFINITY,
  usage: `im <${NAMES.join('|')}> … [--mention a,b] [--all] [--platform <platform>] [--json]`,
  options: {
    mention: { type: 'string' },
    all: { type: 'boolean' },
    platform: { type: 'string' },
    json: { type: 'boolean' },
  },
  help: () =>
    [
      ...Object.entries(VERBS).map(
        ([name, { usage, en, zh }]) => `  ${`${name} ${usage}`.padEnd(WIDTH)}  ${en}  ${zh}`,
      ),
      '',
      'online asks the real REST API and says what to mend: IM_SDK_APP_ID, IM_SECRET_KEY, IM_ADMIN or IM_API_BASE. With the',
      "demo's credentials it asks the running stack. The others act in the running stack.",
      'online 会真实调用 IM REST API，并指出需要修改的配置；使用演示凭据时查询本地环境。其余命令均作用于本地环境。',
      'Try: im meet bob oBob 3, im say alice bob 在吗？, then outbox; a batch waits for 10 s. 依次尝试以上命令，消息会先汇聚 10 秒。',
    ].join('\n'),
  async run({ positionals: [name = '', ...words], values }) {
    const verb = VERBS[oneOf('im', name, NAMES)]
    if (verb === undefined) return 2
    const { least, most, usage, run } = verb
    if (words.length < least || words.length > most) throw new UsageError(`im ${name} ${usage}: 参数个数不对`)
    return await run(words, values)
  },
}

interface Told {
  readonly callbacks: readonly ToldCallback[]
  /** What the sender sees; 0 when it passed. */
  readonly errorCode?: number
}

function linesOf({ callbacks, errorCode = 0 }: Told): readonly string[] {
  const refusal = errorCode === 0 ? [] : [`✗ the sender sees 发送方收到 ${errorCode}`]
  if (callbacks.length === 0) return [...refusal, 'no callback: nothing has changed for IM 无回调：状态未变化']
  return [...callbacks.map(callbackLine), ...refusal]
}

const callbackLine = ({ command, status, verdict, tookMs }: ToldCallback): string =>
  verdict === 'taken'
    ? `POST /im  ${command}  ${status}  ✓ taken 已接收 (${tookMs} ms)`
    : `POST /im  ${command}  ${status}  ✗ ${verdict}: the reason is in the function's log 原因见函数日志`
