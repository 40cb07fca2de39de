import type { Millis } from './time.ts'

/** What a line of the log says beside its event. */
export type Facts = Readonly<Record<string, string | number | boolean | undefined>>

/** What one line of the log counts as. */
interface Metric {
  readonly name: string
  /** The fact that is its value; without one every line is 1. */
  readonly value?: string
  readonly unit: 'Count' | 'Milliseconds'
  /**
   * The facts that tell its series apart. AWS charges for each combination of values as for a metric of its own, so a fact
   * of many values, and any that is a person's, has no place here: the log has it.
   */
  readonly by?: readonly string[]
  /**
   * A line that says this is one of any number: all of them are one series, `other`. A dimension is a member of the line, so what
   * the fact itself said is told beside it: `errcode: "other", errcodeTold: 99999`.
   */
  readonly otherWhere?: Facts
}

/** By the event of the line. The alarms and the dashboard in infra/ read these names. */
export const METRICS: Readonly<Record<string, readonly Metric[]>> = {
  'push.accepted': [
    { name: 'AcceptedPushes', unit: 'Count', by: ['outcome'] },
    { name: 'AnswerTime', unit: 'Milliseconds', value: 'tookMs' },
    { name: 'PushLag', unit: 'Milliseconds', value: 'lagMs' },
  ],
  'push.refused': [
    { name: 'RefusedPushes', unit: 'Count', by: ['reason'] },
    // Refused although WeChat had sealed it: nobody else could have.
    { name: 'UnreadablePushes', unit: 'Count', by: ['inside'] },
  ],
  'push.failed': [{ name: 'FailedPushes', unit: 'Count' }],
  'process.done': [
    { name: 'DoneWork', unit: 'Count', by: ['outcome'] },
    { name: 'WorkTime', unit: 'Milliseconds', value: 'tookMs' },
  ],
  'process.waiting': [{ name: 'RetriedWork', unit: 'Count', by: ['reason'] }],
  'process.failed': [{ name: 'FailedWork', unit: 'Count' }],
  'process.broken': [{ name: 'BrokenWork', unit: 'Count' }],
  'wechat.refused': [{ name: 'RefusedCalls', unit: 'Count', by: ['errcode'], otherWhere: { meaning: 'unknown' } }],
  'wechat.unreachable': [{ name: 'UnreachableCalls', unit: 'Count' }],
  'token.refreshed': [{ name: 'TokenRefreshes', unit: 'Count' }],
  'token.failed': [{ name: 'TokenFailures', unit: 'Count' }],
  'tick.done': [
    { name: 'WaitingWork', unit: 'Count', value: 'waiting' },
    { name: 'OldestWork', unit: 'Milliseconds', value: 'oldestMs' },
  ],
}

interface Point {
  readonly metric: Metric
  readonly value: number
}

/**
 * The members that turn a line of the log into metrics of CloudWatch; nothing for a line that counts as none.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricMembers(
  event: string,
  facts: Facts,
  namespace: string,
  now: Millis,
): Readonly<Record<string, unknown>> | undefined {
  const points = pointsOf(event, facts)
  if (points.length === 0) return undefined
  return {
    ...Object.fromEntries(points.flatMap(({ metric }) => dimensionsOf(metric, facts))),
    ...Object.fromEntries(points.map(({ metric, value }) => [metric.name, value])),
    _aws: { Timestamp: now, CloudWatchMetrics: points.map(({ metric }) => directive(namespace, metric)) },
  }
}

/** A dimension's value has to be text. */
function dimensionsOf({ by = [], otherWhere }: Metric, facts: Facts): ReadonlyArray<readonly [string, unknown]> {
  const isOther = otherWhere !== undefined && Object.entries(otherWhere).every(([fact, said]) => facts[fact] === said)
  if (!isOther) return by.map((fact) => [fact, String(facts[fact])])
  return by.flatMap((fact) => [[fact, 'other'] as const, [`${fact}Told`, facts[fact]] as const])
}

const directive = (namespace: string, { name, unit, by = [] }: Metric) => ({
  Namespace: namespace,
  Dimensions: [by],
  Metrics: [{ Name: name, Unit: unit }],
})

const pointsOf = (event: string, facts: Facts): readonly Point[] => {
  const metrics = Object.hasOwn(METRICS, event) ? METRICS[event] : undefined
  return (metrics ?? []).flatMap((metric) => {
    const value = metric.value === undefined ? 1 : facts[metric.value]
    const isTold = (metric.by ?? []).every((fact) => (facts[fact] ?? '') !== '')
    // Where clocks differ a span can be negative, and CloudWatch has no percentiles of a metric with negative values.
    return isTold && typeof value === 'number' && Number.isFinite(value) && value >= 0 ? [{ metric, value }] : []
  })
}
