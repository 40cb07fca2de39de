import type { TableTemplate } from './template-tables.ts'

/** Whoever writes the same item waits for its turn; nobody waits for what others write elsewhere. */
export type Lines = <T>(names: readonly string[], act: () => Promise<T>) => Promise<T>

export function openLines(): Lines {
  const last = new Map<string, Promise<void>>()
  return (names, act) => {
    const turn = Promise.all(names.map((name) => last.get(name))).then(act)
    const done = turn.then(nothing, nothing)
    for (const name of names) {
      last.set(name, done)
      void done.then(() => last.get(name) === done && last.delete(name))
    }
    return turn
  }
}

const nothing = (): void => undefined

type Members = Readonly<Record<string, unknown>>

/** All transactions stand in one line. */
const TRANSACTIONS = 'transactions'

/** In which lines a request stands: those of the items that it names. */
export function linesOf(tables: readonly TableTemplate[]): (operation: string, body: Buffer) => readonly string[] {
  const keys = new Map(tables.map(({ createTable: { TableName, KeySchema = [] } }) => [TableName, KeySchema] as const))

  function lineOf({ TableName, Key, Item }: Members): string {
    const item = membersOf(Key ?? Item)
    const schema = keys.get(String(TableName)) ?? []
    return `${TableName}/${schema.map(({ AttributeName = '' }) => JSON.stringify(item[AttributeName])).join('/')}`
  }

  return (operation, body) => {
    const { TransactItems, RequestItems, ...own } = parsed(body)
    if (Array.isArray(TransactItems)) {
      const members = TransactItems.flatMap((step) => Object.values(membersOf(step)).map(membersOf))
      return [...new Set([TRANSACTIONS, ...members.map(lineOf)])]
    }
    if (operation !== 'BatchWriteItem') return [lineOf(own)]
    const requests = Object.entries(membersOf(RequestItems)).flatMap(([TableName, some]) =>
      (Array.isArray(some) ? some : []).flatMap((each) =>
        Object.values(membersOf(each)).map((request) => ({ TableName, ...membersOf(request) })),
      ),
    )
    return [...new Set(requests.map(lineOf))]
  }
}

/** What is no JSON is left to dynalite, which says so. */
function parsed(body: Buffer): Members {
  try {
    return membersOf(JSON.parse(body.toString()))
  } catch {
    return {}
  }
}

const membersOf = (value: unknown): Members => (typeof value === 'object' && value !== null ? { ...value } : {})
