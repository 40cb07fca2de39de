import { hours, type Seconds } from '../../shared/kernel/time.ts'
import { dollars } from '../prices.ts'
import { ASSUMED, AWS_LOGS } from './assumed.ts'
import type { Costs } from './measure.ts'
import type { StackFacts } from './stack-facts.ts'
import { FUNCTIONS, readUnits, total, type Usage, writeUnits } from './usage.ts'

/** Dollars of one line of the bill. */
export interface BillLine {
  readonly name: string
  /** Whether or not anything happens, for a month. */
  readonly idle: number
  readonly message: number
}

/** The usages that a month is made of. */
export interface MonthOf {
  readonly message: Usage
  readonly idleMinute: Usage
  /** Series that a message or an idle minute do not always write. */
  readonly otherMetrics: readonly string[]
  readonly stored: Costs['stored']
}

const MONTH = hours(730)
const MINUTES = MONTH / 60

/** What of a usage one pays for, and in how many dollars. */
type Pricing = (usage: Usage, facts: StackFacts) => number

const PER_USE: Readonly<Record<string, Pricing>> = {
  'HTTP API': ({ apiRequests }) => dollars('httpApi', apiRequests),
  Lambda: ({ invocations }, { memoryMb }) =>
    dollars('lambdaRequests', total(invocations)) + dollars('lambdaTime', gbSeconds(invocations, memoryMb)),
  'DynamoDB, writes': ({ table }) => dollars('tableWrites', writeUnits(table)),
  'DynamoDB, reads': ({ table }) => dollars('tableReads', readUnits(table)),
  'CloudWatch, logs': (usage) => dollars('logsIn', logBytes(usage)) + dollars('logsKept', logBytes(usage)),
  'Data to WeChat': (usage) => dollars('dataOut', outBytes(usage)),
}

/** Of a usage alone: nothing idle, nothing kept in the table. */
export const dollarsOf = (usage: Usage, facts: StackFacts): number =>
  Object.values(PER_USE).reduce((sum, pricing) => sum + pricing(usage, facts), 0)

/** The bill of a month, line by line: it grows with the messages and in nothing else. */
export function billOf({ message, idleMinute, otherMetrics, stored }: MonthOf, facts: StackFacts): readonly BillLine[] {
  const used = Object.entries(PER_USE).map(([name, pricing]) => ({
    name,
    idle: MINUTES * pricing(idleMinute, facts),
    message: pricing(message, facts),
  }))
  const metrics = new Set([...message.metrics, ...idleMinute.metrics, ...otherMetrics]).size
  const watching =
    dollars('metrics', metrics) + dollars('alarms', facts.alarms) + dollars('dashboards', facts.dashboards)
  return [
    ...used,
    { name: 'DynamoDB, storage and recovery', idle: 0, message: storageOf(stored) },
    { name: 'CloudWatch, metrics, alarms, dashboard', idle: watching, message: 0 },
  ]
}

export const monthOf = (bill: readonly BillLine[], messages: number): number =>
  bill.reduce((sum, line) => sum + ofLine(line, messages), 0)

export const ofLine = ({ idle, message }: BillLine, messages: number): number => idle + messages * message

const gbSeconds = (invocations: Usage['invocations'], memoryMb: StackFacts['memoryMb']): number =>
  FUNCTIONS.reduce(
    (sum, name) => sum + invocations[name] * (ASSUMED.millis[name] / 1000) * ((memoryMb[name] ?? 0) / 1024),
    0,
  )

/** Ours, and those of AWS. */
export const logBytes = (usage: Usage): number =>
  usage.log.bytes +
  total(usage.invocations) * Buffer.byteLength(AWS_LOGS.invocation) +
  usage.apiRequests * Buffer.byteLength(AWS_LOGS.request)

const outBytes = (usage: Usage): number =>
  usage.bytesOut + (usage.apiRequests + total(usage.calls)) * ASSUMED.envelopeBytes

/** DynamoDB adds this to each item. */
const ITEM_OVERHEAD = 100

/** As if every message came from another person. */
function storageOf({ push = 0, window = 0 }: Costs['stored']): number {
  const months = (kept: Seconds): number => kept / MONTH
  const bytes =
    (push + ITEM_OVERHEAD) * months(ASSUMED.kept.push) + (window + ITEM_OVERHEAD) * months(ASSUMED.kept.window)
  return dollars('tableStorage', bytes) + dollars('tableRecovery', bytes)
}
