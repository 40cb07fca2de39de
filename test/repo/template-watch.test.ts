import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FAULTS } from '../../shared/kernel/fault.ts'
import { METRICS } from '../../shared/kernel/metrics.ts'
import { isAwsMetric, type Template } from '../support/aws-spec.ts'
import { ofType, type PackagedService, packagedService, properties, resource, WITH_IM } from '../support/packaged.ts'

const NAMESPACE = 'weapp-push-prod'
/** Every series that our log lines make, as `name by fact`. */
const OURS = Object.values(METRICS).flatMap((rows) => rows.map(({ name, by = [] }) => [name, ...by].join(' by ')))

let service: PackagedService
let dev: Template
let prod: Template

beforeAll(async () => {
  service = await packagedService()
  dev = await service.packaged('--package dev')
  prod = await service.packaged('--package prod --stage prod --param=alarmEmail=on-call@example.com', WITH_IM)
})

afterAll(() => service.remove())

interface Alarm {
  readonly AlarmDescription: string
  readonly Namespace: string
  readonly MetricName: string
  readonly Dimensions: ReadonlyArray<{ readonly Name: string; readonly Value: unknown }>
}

describe('alarms', () => {
  const alarms = () =>
    ofType(prod, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties as Partial<Alarm> as Alarm)
  const ids = () => ofType(prod, 'AWS::CloudWatch::Alarm').map(([id]) => id)

  test('watch pushes, work, tokens, the queue and the clock, and with IM callbacks, notices and logins', () => {
    expect(ids()).toEqual(
      [
        ...['PushErrors', 'PushThrottles', 'PushSlow', 'PushServerErrors', 'PushFailed', 'PushUnreadable'],
        ...['SignatureMismatch', 'EnvelopeRejected', 'PushUnsealed', 'PushSealed', 'PushTooOld'],
        ...['ProcessErrors', 'ProcessThrottles', 'ProcessLate', 'DeadLetters'],
        ...['WorkFailed', 'WaitingWork', 'OldestWork', 'TokenFailed', 'TickErrors', 'TickSilent'],
        ...['ImErrors', 'ImThrottles', 'ImSlow', 'ImFailed'],
        ...['CallbackForged', 'CallbackForeign', 'CallbackStale', 'CallbackIncomplete'],
        ...['SendErrors', 'SendThrottles', 'SendLate', 'NoticeFailed', 'ImApiRefused', 'LoginErrors', 'LoginFailed'],
      ].map((name) => `${name}Alarm`),
    )
  })

  test('watch metrics that AWS publishes or our log lines make, by the same dimensions', () => {
    for (const { Namespace, MetricName, Dimensions } of alarms()) {
      if (Namespace.startsWith('AWS/')) expect([MetricName, isAwsMetric(Namespace, MetricName)]).toContain(true)
      else expect(OURS).toContain([MetricName, ...Dimensions.map(({ Name }) => Name)].join(' by '))
    }
    const namespaces = new Set(alarms().map(({ Namespace }) => Namespace))
    expect([...namespaces].toSorted()).toEqual(['AWS/ApiGateway', 'AWS/Lambda', 'AWS/SQS', NAMESPACE])
  })

  test('tell somebody what to do', () => {
    for (const alarm of alarms()) {
      expect(alarm).toMatchObject({ AlarmActions: [{ Ref: 'AlarmTopic' }], OKActions: [{ Ref: 'AlarmTopic' }] })
      expect(alarm.AlarmDescription).toMatch(/^\S.*\. \S.*\.$/)
    }
  })

  test('stand in docs/deploy.md, each with what to do', () => {
    const guide = readFileSync('docs/deploy.md', 'utf8')
    const rows = [...guide.matchAll(/^\| ([A-Z]\w+) \|(?:[^|]+\|){3}$/gm)].map(([, name]) => `${name}Alarm`)
    expect(rows).toEqual(ids())
  })

  test('take silence for no fault, but that of tick', () => {
    const treatment = (id: string) => properties(prod, id).TreatMissingData
    for (const id of ids())
      expect([id, treatment(id)]).toEqual([id, id === 'TickSilentAlarm' ? 'breaching' : 'notBreaching'])
    expect(properties(prod, 'TickSilentAlarm')).toMatchObject({
      MetricName: 'Invocations',
      ComparisonOperator: 'LessThanThreshold',
      Statistic: 'Sum',
      Period: 300,
      Threshold: 1,
    })
  })

  test.each([
    ['ProcessErrors', 'Errors', 'ProcessLambdaFunction', 'Sum', 1],
    ['ProcessThrottles', 'Throttles', 'ProcessLambdaFunction', 'Sum', 1],
    ['ProcessLate', 'IteratorAge', 'ProcessLambdaFunction', 'Maximum', 600_000],
    ['ImErrors', 'Errors', 'ImLambdaFunction', 'Sum', 1],
    ['ImThrottles', 'Throttles', 'ImLambdaFunction', 'Sum', 1],
    ['SendErrors', 'Errors', 'SendLambdaFunction', 'Sum', 1],
    ['SendThrottles', 'Throttles', 'SendLambdaFunction', 'Sum', 1],
    ['SendLate', 'IteratorAge', 'SendLambdaFunction', 'Maximum', 600_000],
    ['LoginErrors', 'Errors', 'LoginLambdaFunction', 'Sum', 1],
    ['TickErrors', 'Errors', 'TickLambdaFunction', 'Sum', 1],
    ['TickSilent', 'Invocations', 'TickLambdaFunction', 'Sum', 1],
  ])('%s counts %s of %s, its %s against %i', (alarm, MetricName, Ref, Statistic, Threshold) => {
    const Dimensions = [{ Name: 'FunctionName', Value: { Ref } }]
    expect(properties(prod, `${alarm}Alarm`)).toMatchObject({ MetricName, Dimensions, Statistic, Threshold })
  })

  test.each([
    ['WorkFailed', 'FailedWork', 'Sum', 1],
    ['WaitingWork', 'WaitingWork', 'Maximum', 1000],
    ['OldestWork', 'OldestWork', 'Maximum', 3_600_000],
    ['TokenFailed', 'TokenFailures', 'Sum', 1],
    ['ImFailed', 'FailedCallbacks', 'Sum', 1],
    ['NoticeFailed', 'FailedNotices', 'Sum', 1],
    ['ImApiRefused', 'MisconfiguredImCalls', 'Sum', 1],
    ['LoginFailed', 'FailedLogins', 'Sum', 1],
  ])('%s reads %s, its %s against %i', (alarm, MetricName, Statistic, Threshold) => {
    const metric = { Namespace: NAMESPACE, MetricName, Dimensions: [] }
    expect(properties(prod, `${alarm}Alarm`)).toMatchObject({ ...metric, Statistic, Threshold })
  })

  test('go off for the first dead letter', () => {
    expect(properties(prod, 'DeadLettersAlarm')).toMatchObject({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['DeadLetters', 'QueueName'] } }],
      Statistic: 'Maximum',
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
    })
  })

  test('of im go off at half of the time that IM waits', () => {
    const alarm = {
      ExtendedStatistic: 'p99',
      Threshold: 1000,
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: 'ImLambdaFunction' } }],
    }
    expect(properties(prod, 'ImSlowAlarm')).toMatchObject(alarm)
    expect(properties(prod, 'ImLambdaFunction').Timeout).toBe(2)
  })

  test.each([
    ['RefusedPushes', ['SIGNATURE_MISMATCH', 'ENVELOPE_REJECTED', 'PUSH_UNSEALED', 'PUSH_SEALED', 'PUSH_TOO_OLD']],
    ['RefusedCallbacks', ['CALLBACK_FORGED', 'CALLBACK_FOREIGN', 'CALLBACK_STALE', 'CALLBACK_INCOMPLETE']],
  ])(
    'go off for every reason of %s that a wrong setting causes, and for no reason that does not exist',
    (metric, reasons) => {
      const watched = alarms().filter(({ MetricName }) => MetricName === metric)
      expect(watched.flatMap(({ Dimensions }) => Dimensions.map(({ Value }) => Value))).toEqual(reasons)
      expect(watched).toMatchObject(reasons.map(() => ({ Statistic: 'Sum', Period: 300, Threshold: 3 })))
      expect(reasons.filter((reason) => !(reason in FAULTS))).toEqual([])
    },
  )

  test('go off for callbacks without a signature only when they go on for a quarter of an hour', () => {
    expect(properties(prod, 'CallbackIncompleteAlarm')).toMatchObject({ EvaluationPeriods: 3, DatapointsToAlarm: 3 })
  })

  test('of IM are those of its file, and cost nothing without it', () => {
    const conditional = ofType(dev, 'AWS::CloudWatch::Alarm').filter(([, { Condition }]) => Condition === 'UsesIm')
    expect(conditional.map(([id]) => id)).toEqual(ids().slice(ids().indexOf('ImErrorsAlarm')))
  })

  test('reach the e-mail address that was given, and none when none was', () => {
    expect(properties(prod, 'AlarmEmail')).toMatchObject({ Protocol: 'email', Endpoint: 'on-call@example.com' })
    expect(resource(dev, 'AlarmEmail').Condition).toBe('HasAlarmEmail')
    expect(dev.Conditions).toMatchObject({ HasAlarmEmail: { 'Fn::Not': [{ 'Fn::Equals': ['', ''] }] } })
  })

  test('need no filter on the log', () => {
    expect(ofType(prod, 'AWS::Logs::MetricFilter')).toEqual([])
  })
})

describe('the dashboard', () => {
  interface Widget {
    readonly type: string
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
    readonly properties: { readonly metrics?: ReadonlyArray<readonly unknown[]>; readonly query?: string }
  }
  const body = () => (properties(prod, 'Dashboard').DashboardBody as { 'Fn::Sub': string })['Fn::Sub']
  const widgets = (): readonly Widget[] => JSON.parse(body()).widgets
  const shown = () => widgets().flatMap(({ properties: { metrics = [] } }) => metrics.map(seriesOf))

  test('shows every metric that our log lines make, by its dimensions, and no other of ours', () => {
    const ours = shown().filter(([namespace]) => namespace === NAMESPACE)
    const names = ours.map(([, name, ...dimensions]) => [name, ...dimensions].join(' by '))
    expect([...new Set(names)].toSorted()).toEqual(OURS.toSorted())
  })

  test('shows metrics of AWS that exist', () => {
    const aws = shown().filter(([namespace]) => namespace !== NAMESPACE)
    expect(aws.length).toBeGreaterThan(0)
    for (const [namespace = '', name = ''] of aws) expect([name, isAwsMetric(namespace, name)]).toContain(true)
  })

  test('shows what the alarms watch', () => {
    const watched = ofType(prod, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties?.MetricName)
    const names = shown().map(([, name]) => name)
    // The alarm for a silent tick watches what is always there.
    expect(watched.filter((name) => name !== 'Invocations' && !names.includes(String(name)))).toEqual([])
  })

  test('puts no widget on another', () => {
    const cells = widgets().flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, at) => `${x + (at % width)},${y + Math.floor(at / width)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
  })

  test('reads the log of every function', () => {
    const query = widgets().find(({ type }) => type === 'log')?.properties.query
    for (const [id] of ofType(prod, 'AWS::Lambda::Function')) {
      expect(query).toContain(`\${${id.replace('LambdaFunction', 'LogGroup')}}`)
    }
  })
})

/** `[namespace, name, ...dimensions]` of a line of a widget: a metric, or a search for the series of one. */
function seriesOf([first, ...rest]: readonly unknown[]): readonly string[] {
  if (typeof first === 'string') {
    const [name = '', ...pairs] = rest.filter((member) => typeof member === 'string')
    return [first, name, ...pairs.filter((_, at) => at % 2 === 0)]
  }
  const { expression = '' } = first as { readonly expression?: string }
  const [, namespace = '', dimensions = '', name = ''] =
    /^SEARCH\('\{"([^"]+)",([\w,]+)\} MetricName="(\w+)"', '\w+', \d+\)$/.exec(expression) ?? []
  return [namespace, name, ...dimensions.split(',')]
}
