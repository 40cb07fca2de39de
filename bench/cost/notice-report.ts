import { PRICES_OF } from '../prices.ts'
import type { MeasuredNotice } from './measure-notices.ts'
import { dollarsOf, logBytes } from './month.ts'
import type { StackFacts } from './stack-facts.ts'
import { readUnits, total, writeUnits } from './usage.ts'

/** As docs/bench.md has it. */
export const printedNotices = (notices: readonly MeasuredNotice[], facts: StackFacts): readonly string[] => [
  `Cost of a notice, with Tencent IM; dollars as below: ${PRICES_OF.region}, no free tier, Lambda’s time assumed`,
  '| | write units | in transactions | of the index | read units | requests | im, send, login | push, process, tick | calls | log | dollars per 1,000 |',
  '|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|',
  ...notices.map((notice) => noticeRow(notice, facts)),
]

export function noticeRow({ name, usage, messages }: MeasuredNotice, facts: StackFacts): string {
  const { table, invocations, calls } = usage
  const { im, send, login, push, process, tick } = invocations
  const cells = [
    name,
    writeUnits(table),
    table.transactWrites,
    table.indexWrites,
    readUnits(table),
    total(table.requests),
    [im, send, login].join(', '),
    [push, process, tick].join(', '),
    total(calls),
    `${logBytes(usage).toLocaleString('en')} B`,
    ((1000 * dollarsOf(usage, facts)) / messages).toFixed(4),
  ]
  return `| ${cells.join(' | ')} |`
}
