import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FAULTS } from '../../shared/kernel/fault.ts'
import { faultsOf, isAwsMetric, type Resource, type Template } from '../support/aws-spec.ts'
import { type AwsStub, anAwsStub } from '../support/aws-stub.ts'
import { aServiceCopy } from '../support/service-copy.ts'

/** The parameter store: what stage prod has in it. */
const PARAMETERS = new Map([
  ['/weapp-push/prod/wechat-encoding-aes-key', 'KeyOfTheStore'],
  ['/weapp-push/prod/wechat-token', 'TokenOfTheStore'],
])

const service = aServiceCopy()
let ssm: AwsStub
let asked: readonly unknown[]
let dev: Template
let prod: Template

beforeAll(async () => {
  ssm = await anAwsStub(({ input }) => {
    const Value = PARAMETERS.get(String(input.Name))
    if (Value === undefined) return { __type: 'ParameterNotFound' }
    return { Parameter: { Name: input.Name, Type: 'SecureString', Value } }
  })
  dev = await packaged('--package dev')
  prod = await packaged('--package prod --stage prod --param=alarmEmail=on-call@example.com', withStore())
  asked = ssm.calls.map(({ input }) => input.Name).sort()
})

afterAll(() => {
  ssm.close()
  service.remove()
})

const withStore = () => ({
  AWS_ENDPOINT_URL_SSM: ssm.url,
  AWS_ACCESS_KEY_ID: 'nobody',
  AWS_SECRET_ACCESS_KEY: 'nothing',
})

async function packaged(args: string, env = {}): Promise<Template> {
  const { code, output } = await service.serverless(`package ${args}`, env)
  expect(code, output).toBe(0)
  return service.template(args.split(' ')[1] ?? '')
}

const resource = ({ Resources }: Template, id: string): Resource => Resources[id] ?? { Type: 'missing' }
const properties = (template: Template, id: string) => resource(template, id).Properties ?? {}
const ofType = (template: Template, type: string): ReadonlyArray<readonly [string, Resource]> =>
  Object.entries(template.Resources).filter(([, { Type }]) => Type === type)
const variables = (template: Template): unknown => properties(template, 'PushLambdaFunction').Environment

describe('the template', () => {
  test.each(['dev', 'prod'])('of %s is what CloudFormation takes', (stage) => {
    expect(faultsOf(stage === 'dev' ? dev : prod)).toEqual([])
  })

  test('names no partition, so that it can be deployed in China', () => {
    expect(JSON.stringify(prod)).not.toMatch(/arn:aws|amazonaws\.com\/|amazonaws\.com\.cn/)
  })

  test('is ASCII: CloudFormation turns other letters into question marks', () => {
    expect(JSON.stringify(prod)).not.toMatch(/[^\x20-\x7e]/)
  })

  test('keeps the logs of functions and API for a month', () => {
    const groups = ofType(dev, 'AWS::Logs::LogGroup').map(([, group]) => group.Properties)
    expect(groups).toEqual([
      { LogGroupName: '/aws/lambda/weapp-push-dev-push', RetentionInDays: 30 },
      { LogGroupName: '/aws/http-api/weapp-push-dev', RetentionInDays: 30 },
    ])
  })
})

describe('secrets', () => {
  test('are not in the template when nothing is set', () => {
    expect(variables(dev)).toMatchObject({ Variables: { WECHAT_TOKEN: '', WECHAT_ENCODING_AES_KEY: '' } })
  })

  test('come from the parameter store in prod, and nothing else is asked for', () => {
    expect(variables(prod)).toMatchObject({ Variables: { WECHAT_TOKEN: 'TokenOfTheStore' } })
    expect(variables(prod)).toMatchObject({ Variables: { WECHAT_ENCODING_AES_KEY: 'KeyOfTheStore' } })
    expect(asked).toEqual([...PARAMETERS.keys()])
  })

  test('stand in the environment of the function and nowhere else', () => {
    expect(JSON.stringify(prod).match(/OfTheStore/g)).toHaveLength(2)
  })

  test('are missed by name when the parameter store does not have them', async () => {
    const { code, output } = await service.serverless('package --stage staging --param=secrets=ssm', withStore())
    expect(code).toBe(1)
    expect(output).toMatch(/custom\.secrets\.token.*\n.*custom\.secrets\.encodingAesKey/)
  })
})

describe('push', () => {
  test('has no setting that .env.example does not explain', () => {
    const { Variables } = variables(dev) as { Variables: Readonly<Record<string, string>> }
    const example = readFileSync('.env.example', 'utf8')
    expect(Object.keys(Variables).filter((name) => !new RegExp(`^(# )?${name}=`, 'm').test(example))).toEqual([])
  })

  test('runs on arm64 and nodejs24.x and ends before WeChat stops waiting', () => {
    expect(properties(dev, 'PushLambdaFunction')).toMatchObject({
      Architectures: ['arm64'],
      Runtime: 'nodejs24.x',
      Timeout: 4,
    })
  })

  test('may put items into the one table and write its own log, and nothing else', () => {
    const { Policies, ManagedPolicyArns } = properties(dev, 'PushRole')
    const Statement = [
      { Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: { 'Fn::GetAtt': ['Table', 'Arn'] } },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': ['PushLogGroup', 'Arn'] },
      },
    ]
    expect(Policies).toEqual([{ PolicyName: 'push', PolicyDocument: { Version: '2012-10-17', Statement } }])
    expect(ManagedPolicyArns).toBeUndefined()
  })

  test('has the only role, and Lambda alone may take it', () => {
    expect(ofType(dev, 'AWS::IAM::Role').map(([id]) => id)).toEqual(['PushRole'])
    expect(properties(dev, 'PushLambdaFunction').Role).toEqual({ 'Fn::GetAtt': ['PushRole', 'Arn'] })
    expect(properties(dev, 'PushRole').AssumeRolePolicyDocument).toMatchObject({
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    })
  })

  test('leaves no old version behind, with old secrets in it', () => {
    expect(ofType(dev, 'AWS::Lambda::Version')).toEqual([])
  })
})

describe('the HTTP API', () => {
  test('has the two routes of WeChat and no other', () => {
    const routes = ofType(dev, 'AWS::ApiGatewayV2::Route').map(([, route]) => route.Properties?.RouteKey)
    expect(routes).toEqual(['GET /push', 'POST /push'])
  })

  test('writes no query string and no header into its log', () => {
    const { AccessLogSettings } = properties(dev, 'HttpApiStage')
    const { Format } = AccessLogSettings as { Format: string }
    const logged = [...Format.matchAll(/\$context\.([\w.]+)/g)].map(([, name]) => name)
    expect(Object.keys(JSON.parse(Format))).toHaveLength(logged.length)
    expect(logged).toEqual([
      'requestId',
      'requestTime',
      'routeKey',
      'status',
      'identity.sourceIp',
      'responseLength',
      'responseLatency',
      'integrationStatus',
      'integrationErrorMessage',
    ])
  })

  test('bounds what a flood can cost', () => {
    expect(properties(dev, 'HttpApiStage').DefaultRouteSettings).toEqual({
      ThrottlingRateLimit: 100,
      ThrottlingBurstLimit: 500,
    })
  })
})

describe('the table', () => {
  test('is encrypted, can be restored, forgets, streams and is paid by use', () => {
    expect(properties(dev, 'Table')).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAtSec', Enabled: true },
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    })
  })

  test('finds due work by its shard and time', () => {
    expect(properties(dev, 'Table').GlobalSecondaryIndexes).toMatchObject([
      {
        IndexName: 'due',
        KeySchema: [
          { AttributeName: 'dueShard', KeyType: 'HASH' },
          { AttributeName: 'dueAtMs', KeyType: 'RANGE' },
        ],
      },
    ])
  })

  test('is the one that the function is told', () => {
    expect(properties(prod, 'Table').TableName).toBe('weapp-push-prod-table')
    expect(variables(prod)).toMatchObject({ Variables: { TABLE_NAME: 'weapp-push-prod-table' } })
  })

  test('survives its stack in prod and goes with it in dev', () => {
    expect(resource(prod, 'Table')).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
    expect(properties(prod, 'Table').DeletionProtectionEnabled).toBe(true)
    expect(resource(dev, 'Table')).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' })
    expect(properties(dev, 'Table').DeletionProtectionEnabled).toBe(false)
  })
})

describe('alarms', () => {
  const alarms = () => ofType(prod, 'AWS::CloudWatch::Alarm').map(([, alarm]) => alarm.Properties ?? {})

  test('watch metrics that AWS or our own filters publish', () => {
    const ours = ofType(prod, 'AWS::Logs::MetricFilter').flatMap(
      ([, filter]) => filter.Properties?.MetricTransformations,
    )
    for (const { Namespace, MetricName } of alarms()) {
      if (String(Namespace).startsWith('AWS/')) expect(isAwsMetric(String(Namespace), String(MetricName))).toBe(true)
      else expect(ours).toContainEqual(expect.objectContaining({ MetricNamespace: Namespace, MetricName }))
    }
  })

  test('tell somebody, and silence is no fault', () => {
    for (const alarm of alarms()) {
      expect(alarm).toMatchObject({ AlarmActions: [{ Ref: 'AlarmTopic' }], TreatMissingData: 'notBreaching' })
    }
  })

  test('go off for every reason that a wrong setting causes, and for no reason that does not exist', () => {
    const watched = alarms().flatMap(({ MetricName, Dimensions }) =>
      MetricName === 'RefusedPushes' ? (Dimensions as ReadonlyArray<{ Value: string }>).map(({ Value }) => Value) : [],
    )
    expect(watched).toEqual(['SIGNATURE_MISMATCH', 'ENVELOPE_REJECTED', 'PUSH_UNSEALED', 'PUSH_SEALED', 'PUSH_TOO_OLD'])
    expect(watched.filter((reason) => !(reason in FAULTS))).toEqual([])
  })

  test('reach the e-mail address that was given, and none when none was', () => {
    expect(properties(prod, 'AlarmEmail')).toMatchObject({ Protocol: 'email', Endpoint: 'on-call@example.com' })
    expect(resource(dev, 'AlarmEmail').Condition).toBe('HasAlarmEmail')
    expect(dev.Conditions).toEqual({ HasAlarmEmail: { 'Fn::Not': [{ 'Fn::Equals': ['', ''] }] } })
  })

  test('count refusals by reason; a filter with dimensions has no default value', () => {
    expect(properties(dev, 'RefusedPushes').MetricTransformations).toEqual([
      expect.objectContaining({ Dimensions: [{ Key: 'Reason', Value: '$.reason' }] }),
    ])
    for (const [, filter] of ofType(dev, 'AWS::Logs::MetricFilter')) {
      expect(JSON.stringify(filter)).not.toContain('DefaultValue')
    }
  })
})

describe('the dashboard', () => {
  test('is JSON that shows what the filters count', () => {
    const body = (properties(dev, 'Dashboard').DashboardBody as { 'Fn::Sub': string })['Fn::Sub']
    expect(JSON.parse(body).widgets).toHaveLength(5)
    for (const [id] of ofType(dev, 'AWS::Logs::MetricFilter')) expect(body).toContain(id)
  })
})
