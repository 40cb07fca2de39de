import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { COMMON, IDLE, TOKEN, textCase } from '../../../bench/cost/measure.ts'
import { BURST, FOLLOWS, NOTICE, PRESENT, REQUEST } from '../../../bench/cost/measure-notices.ts'
import { dollarsOf } from '../../../bench/cost/month.ts'
import { noticeRow } from '../../../bench/cost/notice-report.ts'
import { type CostReport, costReport, usageIn } from '../../../bench/cost/report.ts'
import { noneOf, readUnits, total, writeUnits } from '../../../bench/cost/usage.ts'

let report: CostReport

beforeAll(async () => {
  report = await costReport()
}, 60_000)

type Cost = readonly [name: string, writes: number, reads: number, requests: number, calls: number]

/** What a push costs: it grows only when somebody means it to. docs/bench.md shows the same. */
const COSTS: readonly Cost[] = [
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

/** The same of what Tencent IM leads to. */
const NOTICES: readonly Cost[] = [
  [NOTICE, 12, 5, 8, 2],
  [FOLLOWS, 8, 8, 14, 0],
  [PRESENT, 6, 10, 16, 1],
  [BURST, 61, 9, 57, 2],
  ['a message during the cooldown', 1, 2, 3, 0],
  ['somebody comes online in IM, and goes', 2, 2, 4, 0],
  ['POST /login, for the first time', 6, 1, 4, 1],
  ['POST /login', 2, 1, 3, 1],
  [REQUEST, 8, 3, 5, 1],
]

describe('the cost of a message', () => {
  test.each([...COSTS, ...NOTICES])(
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
    expect(report.notices.map(({ name }) => name)).toEqual(NOTICES.map(([name]) => name))
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

describe('the cost of a notice', () => {
  test('is one callback, and one invocation of send, which asks IM and tells WeChat', () => {
    const { invocations, records, calls, apiRequests } = usageIn(report, NOTICE)
    expect(invocations).toEqual({ ...noneOf(), im: 1, send: 1 })
    expect(records.work).toBe(1)
    expect(apiRequests).toBe(1)
    expect(calls).toEqual({ '/v4/openim/query_online_status': 1, '/cgi-bin/message/subscribe/send': 1 })
  })

  test('is shared by the messages of a burst: each costs its callback and one write', () => {
    const { invocations, records, calls, table } = usageIn(report, BURST)
    expect(invocations).toEqual({ ...noneOf(), im: 50, send: 1 })
    expect(records.work).toBe(50)
    expect(calls).toEqual(usageIn(report, NOTICE).calls)
    expect(writeUnits(table) - writeUnits(usageIn(report, NOTICE).table)).toBe(49)
  })

  test('takes nothing of WeChat for somebody who is online', () => {
    const { invocations, calls } = usageIn(report, PRESENT)
    expect(invocations).toEqual({ ...noneOf(), im: 1, send: 2, tick: 1 })
    expect(calls).toEqual({ '/v4/openim/query_online_status': 1 })
  })

  test('is a request of the HTTP API where a program asks for it', () => {
    const { invocations, apiRequests } = usageIn(report, REQUEST)
    expect(invocations).toEqual({ ...noneOf(), send: 1 })
    expect(apiRequests).toBe(1)
  })

  test('is told by the thousand messages', () => {
    const [burst] = report.notices.filter(({ name }) => name === BURST)
    const dollars = (1000 * dollarsOf(usageIn(report, BURST), report.facts)) / 50
    expect(burst === undefined ? '' : noticeRow(burst, report.facts)).toContain(`| ${dollars.toFixed(4)} |`)
  })
})

describe('what the documents say', () => {
  test.each(NOTICES)('docs/bench.md shows all of: %s', (name) => {
    const rows = report.notices
      .filter((notice) => notice.name === name)
      .map((notice) => noticeRow(notice, report.facts))
    expect(rows).toHaveLength(1)
    for (const row of rows) expect(readFileSync('docs/bench.md', 'utf8')).toContain(row)
  })

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
