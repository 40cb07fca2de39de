import { columns } from '../columns.ts'
import { dollars, PRICES, PRICES_OF } from '../prices.ts'
import { ASSUMED } from './assumed.ts'
import { COMMON, type Costs, IDLE, measureCosts, TOKEN } from './measure.ts'
import { type BillLine, billOf, logBytes, monthOf, ofLine } from './month.ts'
import { printedNotices } from './notice-report.ts'
import { type StackFacts, stackFacts } from './stack-facts.ts'
import { FUNCTIONS, type Measured, readUnits, total, type Usage, writeUnits } from './usage.ts'

export interface CostReport extends Costs {
  readonly facts: StackFacts
  readonly assumed: typeof ASSUMED
  readonly prices: typeof PRICES
  readonly pricesOf: typeof PRICES_OF
  /** Dollars of a month with nothing to do, and of each message. */
  readonly bill: readonly BillLine[]
  /** Dollars by messages a month. */
  readonly months: Readonly<Record<string, number>>
}

const VOLUMES = [10_000, 1_000_000, 100_000_000] as const

export async function costReport(): Promise<CostReport> {
  const facts = stackFacts()
  const costs = await measureCosts()
  const { metrics } = usageIn(costs, TOKEN)
  const message = usageIn(costs, COMMON)
  const idleMinute = usageIn(costs, IDLE)
  const bill = billOf({ message, idleMinute, otherMetrics: metrics, stored: costs.stored }, facts)
  return {
    ...costs,
    facts,
    assumed: ASSUMED,
    prices: PRICES,
    pricesOf: PRICES_OF,
    bill,
    months: Object.fromEntries(VOLUMES.map((messages) => [messages, monthOf(bill, messages)])),
  }
}

export function usageIn({ cases, notices }: Pick<Costs, 'cases' | 'notices'>, name: string): Usage {
  const found = [...cases, ...notices].find((one) => one.name === name)
  if (found === undefined) throw new Error(`no case is called ${name}`)
  return found.usage
}

export function printedCosts({ cases, notices, stored, local, bill, facts }: CostReport): readonly string[] {
  const { push = 0, window = 0 } = stored
  return [
    'Cost of a message, as the table and the functions tell it',
    columns(HEAD, cases.map(caseRow)),
    'Write units of a transaction count twice; stream: records that process or send is invoked for, of all; log: bytes, those of AWS included.',
    `Stored: push ${push} B, window ${window} B`,
    '',
    ...printedNotices(notices, facts),
    '',
    `A month in dollars, ${PRICES_OF.region}, list prices of ${PRICES_OF.date}, no free tier; a message is ${COMMON}`,
    columns(
      ['messages', ...VOLUMES.map((messages) => messages.toLocaleString('en'))],
      [...bill.map((line) => [line.name, ...VOLUMES.map((messages) => usd(ofLine(line, messages)))]), totals(bill)],
    ),
    `Tencent IM adds ${facts.alarmsOfIm} alarms, ${usd(dollars('alarms', facts.alarmsOfIm))} a month, and its metrics`,
    `Assumed: Lambda charges for ${Object.entries(ASSUMED.millis).map(millisText).join(', ')}; here, without a network, ${Object.entries(local).map(millisText).join(', ')}`,
  ]
}

const OF_THE_TABLE = ['write units', 'in transactions', 'of the index', 'read units', 'requests']
const HEAD = ['', ...OF_THE_TABLE, ...FUNCTIONS, 'stream', 'calls', 'log']

const totals = (bill: readonly BillLine[]): readonly string[] => [
  'total',
  ...VOLUMES.map((messages) => usd(monthOf(bill, messages))),
]

const millisText = ([name, millis]: readonly [string, number]): string => `${Number(millis.toFixed(1))} ms of ${name}`

const usd = (amount: number): string =>
  amount.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

function caseRow({ name, usage }: Measured): readonly string[] {
  const { table, invocations, records, calls } = usage
  return [
    name,
    String(writeUnits(table)),
    String(table.transactWrites),
    String(table.indexWrites),
    String(readUnits(table)),
    String(total(table.requests)),
    ...FUNCTIONS.map((name) => String(invocations[name])),
    `${records.work} of ${records.all}`,
    String(total(calls)),
    `${logBytes(usage)} B`,
  ]
}
