import { meaningOf as imMeaningOf } from '../../shared/im/errcode.ts'
import { pseudonym } from '../../shared/kernel/log.ts'
import { meaningOf } from '../../shared/wechat/errcode.ts'
import { type ImCall, imCallsIn, messagesIn, type SentMessage } from '../outbox.ts'
import type { Call } from '../simulator/api/outbox.ts'
import { type Command, print, printJson, textOf } from './command.ts'
import { askStack } from './running.ts'

export const outbox: Command = {
  summary: { en: 'show what people were sent', zh: '查看发给用户的消息' },
  words: 0,
  usage: 'outbox [--person <openid>] [--json]',
  options: { person: { type: 'string' }, json: { type: 'boolean' } },
  help: () =>
    [
      'The messages that the simulated WeChat was asked to send, and what it made of each; and what Tencent IM was asked.',
      '模拟的微信收到的每条消息及处理结果，以及对腾讯云 IM 的每次查询。',
      '--person shows the messages of one person. --person 只看某个用户的消息。',
      '--json shows openids and whole messages. --json 会显示 openid 与完整内容。',
    ].join('\n'),
  async run({ values }) {
    const person = textOf(values, 'person')
    const calls = (await askStack('/_dev/outbox')) as readonly Call[]
    const rows = calls.flatMap((call) => rowsOf(call, person))
    if (values.json === true) printJson(rows)
    else for (const row of rows) print('to' in row ? lineOf(row) : imLineOf(row))
    if (rows.length === 0 && values.json !== true) print('nothing was sent 没有发送消息')
    return 0
  },
}

/** One, or none. */
const rowsOf = (call: Call, person: string | undefined): ReadonlyArray<SentMessage | ImCall> =>
  person === undefined
    ? [...messagesIn([call]), ...imCallsIn([call])]
    : messagesIn([call]).filter(({ to }) => to === person)

const imLineOf = ({ at, call, people, found, errcode }: ImCall): string => {
  const counts = Object.entries(found).map(([status, count]) => `  ${status}=${count}`)
  return `${at}  ${outcomeOf(errcode, imMeaningOf)}  im  ${call}  people=${people}${counts.join('')}`
}

const lineOf = ({ at, to, kind, words, errcode }: SentMessage): string =>
  `${at}  ${outcomeOf(errcode, meaningOf)}  ${kind}  person=${pseudonym(to)}  ${words.replaceAll('\n', ' ')}`

function outcomeOf(errcode: number | undefined, meaning: (errcode: number) => { readonly name: string }): string {
  if (errcode === 0) return '✓'
  return errcode === undefined ? '✗ no answer 无应答' : `✗ ${errcode} ${meaning(errcode).name}`
}
