import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ASSUMED, AWS_LOGS } from '../../../bench/cost/assumed.ts'
import { billOf, dollarsOf, logBytes, monthOf } from '../../../bench/cost/month.ts'
import { noneOf, type Usage } from '../../../bench/cost/usage.ts'
import { dollars, PRICES } from '../../../bench/prices.ts'

const NOTHING: Usage = {
  table: { requests: {}, writes: 0, transactWrites: 0, indexWrites: 0, reads: 0, indexReads: 0 },
  invocations: noneOf(),
  millis: noneOf(),
  apiRequests: 0,
  records: { all: 0, work: 0 },
  calls: {},
  log: { lines: 0, bytes: 0 },
  metrics: [],
  bytesOut: 0,
}
const FACTS = { memoryMb: { push: 512, process: 1024, tick: 256 }, alarms: 0, alarmsOfIm: 0, dashboards: 0 }

const bill = (message: Partial<Usage>, idleMinute: Partial<Usage> = {}, facts = FACTS) =>
  billOf(
    {
      message: { ...NOTHING, ...message },
      idleMinute: { ...NOTHING, ...idleMinute },
      otherMetrics: [],
      stored: {},
    },
    facts,
  )

const lineOf = (lines: ReturnType<typeof bill>, name: string) => lines.find((line) => line.name === name)

describe('dollars', () => {
  test('are those of the list', () => {
    expect(dollars('tableWrites', 6_000_000)).toBeCloseTo(3.75)
    expect(dollars('tableReads', 2_500_000)).toBeCloseTo(0.3125)
    expect(dollars('lambdaTime', 400_000)).toBeCloseTo(5.33336)
    expect(dollars('logsIn', 2e9)).toBeCloseTo(1)
    expect(dollars('alarms', 21)).toBeCloseTo(2.1)
  })

  test.each(Object.entries(PRICES))('%s is a price with a source', (_, { usd, per, source }) => {
    expect(usd).toBeGreaterThan(0)
    expect(per).toBeGreaterThan(0)
    expect(source).toMatch(/^https:\/\/aws\.amazon\.com\/|^AWS Price List, \w+ \d{14}$/)
  })
})

describe('billOf', () => {
  test('charges for writes outside and inside of transactions and those of the index alike', () => {
    const table = { ...NOTHING.table, writes: 2, transactWrites: 4, indexWrites: 3 }
    expect(lineOf(bill({ table }), 'DynamoDB, writes')?.message).toBeCloseTo((9 * 0.625) / 1e6, 12)
  })

  test('charges for reads of the table and of the index, and half units', () => {
    const table = { ...NOTHING.table, reads: 3, indexReads: 0.5 }
    expect(lineOf(bill({ table }), 'DynamoDB, reads')?.message).toBeCloseTo((3.5 * 0.125) / 1e6, 12)
  })

  test('charges for each invocation, and for the time of each function by its memory', () => {
    const lambda = lineOf(bill({ invocations: { ...noneOf(), push: 1, process: 2 } }), 'Lambda')?.message
    const { push, process } = ASSUMED.millis
    const gbSeconds = (push * 0.5 + 2 * process) / 1000
    expect(lambda).toBeCloseTo((3 * 0.2) / 1e6 + gbSeconds * 0.0000133334, 12)
  })

  test('counts a tick for each minute of 730 hours', () => {
    const table = { ...NOTHING.table, indexReads: 2 }
    expect(lineOf(bill({}, { table }), 'DynamoDB, reads')?.idle).toBeCloseTo((730 * 60 * 2 * 0.125) / 1e6, 12)
  })

  test('charges for each series of metrics once, for alarms and for the dashboard, whatever happens', () => {
    const lines = bill({ metrics: ['A', 'B x=1'] }, { metrics: ['A'] }, { ...FACTS, alarms: 21, dashboards: 1 })
    expect(lineOf(lines, 'CloudWatch, metrics, alarms, dashboard')).toMatchObject({
      idle: 2 * 0.3 + 2.1 + 3,
      message: 0,
    })
  })

  test('adds what AWS logs of an invocation and of a request', () => {
    const log = { lines: 2, bytes: 1000 }
    const bytes = logBytes({ ...NOTHING, log, apiRequests: 1, invocations: { ...noneOf(), push: 1, process: 1 } })
    const { invocation, request } = AWS_LOGS
    expect(bytes).toBe(1000 + 2 * Buffer.byteLength(invocation) + Buffer.byteLength(request))
  })

  test('charges for each request of the API, and for none where the stream invokes', () => {
    const invocations = { ...noneOf(), im: 1, send: 1 }
    expect(lineOf(bill({ apiRequests: 2, invocations }), 'HTTP API')?.message).toBeCloseTo(2 / 1e6, 12)
    expect(lineOf(bill({ invocations }), 'HTTP API')?.message).toBe(0)
  })

  test('reckons a usage alone as the lines of the bill that it makes', () => {
    const usage = {
      ...NOTHING,
      apiRequests: 1,
      invocations: { ...noneOf(), push: 1 },
      calls: { '/send': 1 },
      bytesOut: 200,
    }
    const lines = bill(usage).filter(({ name }) => !/storage|metrics/.test(name))
    expect(dollarsOf(usage, FACTS)).toBeGreaterThan(1 / 1e6)
    expect(dollarsOf(usage, FACTS)).toBeCloseTo(monthOf(lines, 1), 12)
  })

  test('grows with the messages and never falls', () => {
    const lines = bill({ table: { ...NOTHING.table, writes: 6 } }, {}, { ...FACTS, alarms: 1 })
    const each = monthOf(lines, 1) - monthOf(lines, 0)
    fc.assert(
      fc.property(fc.nat({ max: 1e9 }), (messages) => {
        expect(monthOf(lines, messages)).toBeCloseTo(monthOf(lines, 0) + messages * each, 4)
      }),
    )
  })
})

test('AWS_LOGS › a request is logged with the members that serverless.yml asks for', () => {
  const format = /format: >-\n\s*(\{.*\})/.exec(readFileSync('serverless.yml', 'utf8'))?.[1] ?? ''
  expect(Object.keys(JSON.parse(AWS_LOGS.request))).toEqual(Object.keys(JSON.parse(format)))
})
