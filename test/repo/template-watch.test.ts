import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FAULTS } from '../../shared/kernel/fault.ts'
import { METRICS } from '../../shared/kernel/metrics.ts'
import { isAwsMetric, type Template } from '../support/aws-spec.ts'
import { ofType, type PackagedService, packagedService, properties, resource } from '../support/packaged.ts'

const NAMESPACE = 'weapp-push-prod'
/** Every series that our log lines make, as `name by fact`. */
const OURS = Object.values(METRICS).flatMap((rows) => rows.map(({ name, by = [] }) => [name, ...by].join(' by ')))

let service: PackagedService
let dev: Template
let prod: Template

beforeAll(async () => {
  service = await packagedService()
  dev = await service.packaged('--package dev')
  prod = await service.packaged('--package prod --stage prod --param=alarmEmail=on-call@example.com')
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

  test('watch pushes, work, tokens, the queue and the clock', () => {
    expect(ids()).toEqual(
      [
        ...['PushErrors', 'PushThrottles', 'PushSlow', 'PushServerErrors', 'PushFailed', 'PushUnreadable'],
        ...['SignatureMismatch', 'EnvelopeRejected', 'PushUnsealed', 'PushSealed', 'PushTooOld'],
        ...['ProcessErrors', 'ProcessThrottles', 'ProcessLate', 'DeadLetters'],
        ...['WorkFailed', 'WaitingWork', 'OldestWork', 'TokenFailed', 'TickErrors', 'TickSilent'],
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

  test('go off for every reason that a wrong setting causes, and for no reason that does not exist', () => {
    const watched = alarms().flatMap(({ MetricName, Dimensions }) =>
      MetricName === 'RefusedPushes' ? Dimensions.map(({ Value }) => String(Value)) : [],
    )
    expect(watched).toEqual(['SIGNATURE_MISMATCH', 'ENVELOPE_REJECTED', 'PUSH_UNSEALED', 'PUSH_SEALED', 'PUSH_TOO_OLD'])
    expect(watched.filter((reason) => !(reason in FAULTS))).toEqual([])
  })

  test('reach the e-mail address that was given, and none when none was', () => {
    expect(properties(prod, 'AlarmEmail')).toMatchObject({ Protocol: 'email', Endpoint: 'on-call@example.com' })
    expect(resource(dev, 'AlarmEmail').Condition).toBe('HasAlarmEmail')
    expect(dev.Conditions).toEqual({ HasAlarmEmail: { 'Fn::Not': [{ 'Fn::Equals': ['', ''] }] } })
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
