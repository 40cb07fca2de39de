import { pseudonym } from '../../shared/kernel/log.ts'
import type { Millis } from '../../shared/kernel/time.ts'
import type { Item } from '../emulator/item-size.ts'
import {
  acceptedAtOf,
  CHOICE_HELP,
  CHOICE_OPTIONS,
  choiceOf,
  isGivenUp,
  isNotice,
  keyTextOf,
  kindIn,
} from './choice.ts'
import { type Command, print, printJson, type Values } from './command.ts'
import { TABLE_HELP, TABLE_OPTIONS, type WorkTable, workTable } from './work-table.ts'

export const failed: Command = {
  summary: { en: 'list the pushes and notices whose last try failed', zh: '列出最终处理失败的推送与通知' },
  words: 0,
  usage: 'failed [--person <id>] [--key <key>] [--kind <kind>] [--since <t>] [--until <t>] [--table <name>] [--json]',
  options: { ...CHOICE_OPTIONS, ...TABLE_OPTIONS, json: { type: 'boolean' } },
  help: () => [...CHOICE_HELP, '', ...TABLE_HELP].join('\n'),
  async run({ values }) {
    const table = workTable(values)
    try {
      const now = await table.now()
      const found = await chosenGivenUp(table, values, now)
      const rows = []
      for (const item of found.toSorted(byAcceptance)) rows.push(rowOf(item, await nameOf(item, table)))
      if (values.json === true) printJson(rows)
      else for (const row of rows) print(lineOf(row))
      if (rows.length === 0 && values.json !== true) print('nothing has failed 没有失败的推送或通知')
      return 0
    } finally {
      table.close()
    }
  },
}

/** The chosen ones among those that nobody works on any more. */
export async function chosenGivenUp(table: WorkTable, values: Values, now: Millis): Promise<readonly Item[]> {
  const isChosen = choiceOf(values, now)
  return (await failedOrReady(table)).filter((item) => isGivenUp(item, now) && isChosen(item))
}

const failedOrReady = (table: WorkTable): Promise<readonly Item[]> =>
  table.items({
    FilterExpression: '(kind = :push OR (kind = :notice AND sk = :notify)) AND #state IN (:failed, :ready)',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':push': { S: 'push' },
      ':notice': { S: 'notice' },
      ':notify': { S: 'notify' },
      ':failed': { S: 'failed' },
      ':ready': { S: 'ready' },
    },
  })

const byAcceptance = (left: Item, right: Item): number => acceptedAtOf(left) - acceptedAtOf(right)

/** As the log names the person: by the openid, also where the item lies under a UserID, as far as that one has logged in. */
async function nameOf(item: Item, table: WorkTable): Promise<string> {
  const pk = item.pk?.S ?? ''
  return (isNotice(item) ? await table.openIdUnder(pk) : undefined) ?? pk.split('#').at(-1) ?? ''
}

const rowOf = (item: Item, name: string) => ({
  key: keyTextOf(item),
  kind: kindIn(item),
  state: item.state?.S ?? '',
  reason: item.reason?.S ?? (item.state?.S === 'ready' ? 'never worked on' : ''),
  attempts: Number((isNotice(item) ? item.tries : item.attempts)?.N ?? 0),
  acceptedAt: new Date(acceptedAtOf(item)).toISOString(),
  person: pseudonym(name),
})

/** Without the openid or the UserID: the line may be pasted somewhere. */
const lineOf = ({ key, kind, reason, attempts, acceptedAt, person }: ReturnType<typeof rowOf>): string =>
  [
    acceptedAt,
    kind,
    reason,
    // A notice that is given up begins at nought again.
    ...(attempts > 0 ? [`attempts=${attempts}`] : []),
    `person=${person}`,
    key.split('/').slice(1).join('/'),
  ].join('  ')
