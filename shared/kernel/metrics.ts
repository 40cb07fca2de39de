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
  /** The fact without which a line does not count. */
  readonly given?: string
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
  // WeChat and IM may answer with any number; what we know of them has few meanings.
  'wechat.refused': [{ name: 'RefusedCalls', unit: 'Count', by: ['meaning'] }],
  'wechat.unreachable': [{ name: 'UnreachableCalls', unit: 'Count' }],
  'token.refreshed': [{ name: 'TokenRefreshes', unit: 'Count' }],
  'token.failed': [{ name: 'TokenFailures', unit: 'Count' }],
  'tick.done': [
    { name: 'WaitingWork', unit: 'Count', value: 'waiting' },
    { name: 'OldestWork', unit: 'Milliseconds', value: 'oldestMs' },
  ],
  'im.accepted': [
    { name: 'AcceptedCallbacks', unit: 'Count', by: ['outcome'] },
    { name: 'CallbackTime', unit: 'Milliseconds', value: 'tookMs' },
  ],
  'im.refused': [{ name: 'RefusedCallbacks', unit: 'Count', by: ['reason'] }],
  'im.failed': [{ name: 'FailedCallbacks', unit: 'Count' }],
  'notice.sent': [
    { name: 'SentNotices', unit: 'Count', by: ['outcome'] },
    { name: 'NoticeDelay', unit: 'Milliseconds', value: 'waitedMs' },
  ],
  'notice.ended': [{ name: 'EndedNotices', unit: 'Count', by: ['outcome'] }],
  'notice.waiting': [{ name: 'WaitingNotices', unit: 'Count', by: ['reason'] }],
  'notice.retried': [{ name: 'RetriedNotices', unit: 'Count', by: ['reason'] }],
  'notice.failed': [{ name: 'FailedNotices', unit: 'Count' }],
  'notice.broken': [{ name: 'BrokenNotices', unit: 'Count' }],
  'send.done': [{ name: 'DoneSends', unit: 'Count', by: ['outcome'] }],
  'send.refused': [{ name: 'RefusedSends', unit: 'Count', by: ['reason'] }],
  'login.done': [{ name: 'Logins', unit: 'Count', by: ['outcome'] }],
  'login.refused': [{ name: 'RefusedLogins', unit: 'Count', by: ['reason'] }],
  'login.failed': [{ name: 'FailedLogins', unit: 'Count' }],
  'im-api.refused': [
    { name: 'RefusedImCalls', unit: 'Count', by: ['meaning'] },
    // What only somebody can mend comes with a hint.
    { name: 'MisconfiguredImCalls', unit: 'Count', given: 'hint' },
  ],
  'im-api.unreachable': [{ name: 'UnreachableImCalls', unit: 'Count' }],
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
const dimensionsOf = ({ by = [] }: Metric, facts: Facts): ReadonlyArray<readonly [string, string]> =>
  by.map((fact) => [fact, String(facts[fact])])

const directive = (namespace: string, { name, unit, by = [] }: Metric) => ({
  Namespace: namespace,
  Dimensions: [by],
  Metrics: [{ Name: name, Unit: unit }],
})

const pointsOf = (event: string, facts: Facts): readonly Point[] => {
  const metrics = Object.hasOwn(METRICS, event) ? METRICS[event] : undefined
  return (metrics ?? []).flatMap((metric) => {
    const value = metric.value === undefined ? 1 : facts[metric.value]
    const needed = [...(metric.by ?? []), ...(metric.given === undefined ? [] : [metric.given])]
    const isTold = needed.every((fact) => (facts[fact] ?? '') !== '')
    // Where clocks differ a span can be negative, and CloudWatch has no percentiles of a metric with negative values.
    return isTold && typeof value === 'number' && Number.isFinite(value) && value >= 0 ? [{ metric, value }] : []
  })
}
