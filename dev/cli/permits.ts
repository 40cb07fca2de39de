import type { Item } from '../emulator/item-size.ts'
import { type Command, print, printJson, UsageError } from './command.ts'
import { TABLE_HELP, TABLE_OPTIONS, workTable } from './work-table.ts'

export const permits: Command = {
  summary: { en: 'show what a person allows to be sent', zh: '查看用户的订阅消息授权' },
  words: 1,
  usage: 'permits <openid|userId> [--table <name>] [--json]',
  options: { ...TABLE_OPTIONS, json: { type: 'boolean' } },
  help: () =>
    [
      'By the openid, or by the UserID of somebody who has logged in. 可用 openid，或已登录用户的 UserID。',
      ...TABLE_HELP,
    ].join('\n'),
  async run({ positionals: [name], values }) {
    if (name === undefined) throw new UsageError('whose? permits <openid|userId> 缺少 openid 或 UserID')
    const table = workTable(values)
    try {
      const found = await table.belongings(name)
      const rows = found.filter(({ kind }) => kind?.S === 'permit').map(rowOf)
      if (values.json === true) printJson(rows)
      else for (const row of rows) print(lineOf(row))
      if (rows.length === 0 && values.json !== true) print('nothing allowed, nothing refused 没有授权记录')
      return 0
    } finally {
      table.close()
    }
  },
}

const rowOf = (item: Item) => ({
  template: item.template?.S ?? '',
  kind: item.long?.BOOL === true ? 'long-term' : 'one-time',
  remaining: Number(item.remaining?.N ?? 0),
  rejected: item.rejected?.BOOL === true,
})

const lineOf = ({ template, kind, remaining, rejected }: ReturnType<typeof rowOf>): string => {
  const count =
    kind === 'long-term' ? (remaining > 0 ? 'allowed 长期有效' : 'not allowed 未授权') : `${remaining} left 次可用`
  return `${template}  ${kind}  ${count}${rejected ? '  rejected 用户已拒绝' : ''}`
}
