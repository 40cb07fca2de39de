import { pseudonym } from '../../shared/kernel/log.ts'
import { meaningOf } from '../../shared/wechat/errcode.ts'
import { messagesIn, type SentMessage } from '../outbox.ts'
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
      'The messages that the simulated WeChat was asked to send, and what it made of each.',
      '模拟的微信收到的每条消息，以及它的处理结果。',
      '--json shows openids and whole messages. --json 会显示 openid 与完整内容。',
    ].join('\n'),
  async run({ values }) {
    const person = textOf(values, 'person')
    const sent = messagesIn((await askStack('/_dev/outbox')) as readonly Call[])
    const messages = sent.filter(({ to }) => person === undefined || to === person)
    if (values.json === true) printJson(messages)
    else for (const message of messages) print(lineOf(message))
    if (messages.length === 0 && values.json !== true) print('nothing was sent 没有发送消息')
    return 0
  },
}

const lineOf = ({ at, to, kind, words, errcode }: SentMessage): string =>
  `${at}  ${outcomeOf(errcode)}  ${kind}  person=${pseudonym(to)}  ${words.replaceAll('\n', ' ')}`

function outcomeOf(errcode: number | undefined): string {
  if (errcode === 0) return '✓'
  return errcode === undefined ? '✗ no answer 无应答' : `✗ ${errcode} ${meaningOf(errcode).name}`
}
