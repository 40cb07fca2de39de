import { CHOICE_HELP, CHOICE_OPTIONS, isChosen } from './choice.ts'
import { type Command, print, printJson, UsageError } from './command.ts'
import { chosenGivenUp } from './failed.ts'
import { TABLE_HELP, TABLE_OPTIONS, workTable } from './work-table.ts'

export const replay: Command = {
  summary: { en: 'try failed pushes and notices again', zh: '重新处理失败的推送与通知' },
  words: 1,
  usage:
    'replay [<key>] [--person <id>] [--key <key>] [--kind <kind>] [--since <t>] [--until <t>] [--all] [--table <name>] [--json]',
  options: { ...CHOICE_OPTIONS, ...TABLE_OPTIONS, all: { type: 'boolean' }, json: { type: 'boolean' } },
  help: () =>
    [
      ...CHOICE_HELP,
      '--all                  whatever has failed 全部失败的推送与通知',
      '',
      'Running it twice does no harm: what is worked on or done is left alone. 重复执行无副作用。',
      ...TABLE_HELP,
    ].join('\n'),
  async run({ positionals: [key], values: given }) {
    const values = key === undefined ? given : { ...given, key }
    if (!isChosen(values) && values.all !== true) {
      throw new UsageError('which ones? --key, --person, --kind, --since, --until or --all 请指定要重放的推送或通知')
    }
    const table = workTable(values)
    try {
      const now = await table.now()
      let replayed = 0
      for (const item of await chosenGivenUp(table, values, now)) if (await table.replay(item, now)) replayed += 1
      if (values.json === true) printJson({ replayed })
      else print(`${replayed} ready again 已重新就绪 ${replayed} 条`)
      return 0
    } finally {
      table.close()
    }
  },
}
