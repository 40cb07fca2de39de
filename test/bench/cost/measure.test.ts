import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { COMMON, IDLE, TOKEN, textCase } from '../../../bench/cost/measure.ts'
import { type CostReport, costReport, usageIn } from '../../../bench/cost/report.ts'
import { noneOf, readUnits, total, writeUnits } from '../../../bench/cost/usage.ts'

let report: CostReport

beforeAll(async () => {
  report = await costReport()
}, 60_000)

/** What a push costs: it grows only when somebody means it to. docs/bench.md shows the same. */
const COSTS: ReadonlyArray<readonly [name: string, writes: number, reads: number, requests: number, calls: number]> = [
  [textCase(0), 8, 3, 6, 1],
  [COMMON, 8, 3, 6, 1],
  [textCase(100), 8, 3, 6, 1],
  ['a text, handed over to an agent', 7, 2, 4, 0],
  ['entering the session, one text', 8, 3, 6, 1],
  ['the popup, one template accepted', 5, 2, 4, 0],
  ['an event that nobody acts on', 2, 1, 3, 0],
  ['a text, answered by a handler', 9, 3, 7, 2],
  ['a text, the first send fails', 16, 8, 16, 2],
  [TOKEN, 10, 4, 9, 2],
  [IDLE, 0, 2, 4, 0],
]

describe('the cost of a message', () => {
  test.each(COSTS)(
    '%s: %d write units, %d read units, %d requests, %d calls',
    (name, writes, reads, requests, calls) => {
      const { table, calls: made } = usageIn(report, name)
      expect([writeUnits(table), readUnits(table), total(table.requests), total(made)]).toEqual([
        writes,
        reads,
        requests,
        calls,
      ])
    },
  )

  test('every case is here', () => {
    expect(report.cases.map(({ name }) => name)).toEqual(COSTS.map(([name]) => name))
  })

  test('a message is one write on the way in, and one invocation of push and of process', () => {
    const { invocations, records, calls } = usageIn(report, COMMON)
    expect(invocations).toEqual({ ...noneOf(), push: 1, process: 1 })
    expect(records.work).toBe(1)
    expect(calls).toEqual({ '/cgi-bin/message/custom/send': 1 })
  })

  test('a push fits into one write unit when it is done', () => {
    expect(report.stored.push).toBeLessThanOrEqual(1024)
    expect(report.stored.window).toBeLessThanOrEqual(1024)
  })

  test('a try that fails costs a second invocation of process, and the tick that makes it ready', () => {
    expect(usageIn(report, 'a text, the first send fails').invocations).toEqual({
      ...noneOf(),
      push: 1,
      process: 2,
      tick: 1,
    })
  })
})

describe('what the documents say', () => {
  test.each(COSTS)('docs/bench.md shows: %s', (name) => {
    const { table } = usageIn(report, name)
    const cells = [writeUnits(table), table.transactWrites, table.indexWrites, readUnits(table), total(table.requests)]
    expect(readFileSync('docs/bench.md', 'utf8')).toContain(`| ${name} | ${cells.join(' | ')} |`)
  })

  test.each(['docs/bench.md', 'docs/deploy.md'])(
    '%s knows how many alarms there are with Tencent IM and without',
    (file) => {
      const { alarms, alarmsOfIm } = report.facts
      const text = readFileSync(file, 'utf8')
      for (const count of [`${alarms} alarms`, `adds ${alarmsOfIm} alarms`]) expect(text).toContain(count)
    },
  )

  test.each(['README.md', 'README.zh-CN.md'])('%s has a month within a twentieth', (file) => {
    const row = /^\| \*\*(?:total|合计)\*\* \|(.*)\|$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? ''
    const said = row.split('|').map((cell) => Number(cell.replace(/[*,\s]/g, '')))
    const found = Object.values(report.months)
    expect(said).toHaveLength(found.length)
    for (const [index, month] of found.entries()) expect(Math.abs((said[index] ?? 0) / month - 1)).toBeLessThan(0.05)
  })
})
