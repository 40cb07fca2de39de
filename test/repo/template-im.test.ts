import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { faultsOf, type Template } from '../support/aws-spec.ts'
import {
  attribute,
  dynamodb,
  ofType,
  ownLog,
  PARAMETERS,
  type PackagedService,
  packagedService,
  properties,
  resource,
  variablesOf,
  WITH_IM,
} from '../support/packaged.ts'

let service: PackagedService
let without: Template
let dev: Template

beforeAll(async () => {
  service = await packagedService()
  without = await service.packaged('--package without')
  dev = await service.packaged('--package with', WITH_IM)
})

afterAll(() => service.remove())

const MAPPING = 'SendEventSourceMappingDynamodbTable'
const LOG = { TABLE_NAME: 'weapp-push-dev-table', LOG_LEVEL: 'info', METRICS_NAMESPACE: 'weapp-push-dev' }
const onTable = (...actions: readonly string[]) => ({
  Effect: 'Allow',
  Action: dynamodb(actions),
  Resource: attribute('Table', 'Arn'),
})

const rightsOf = (role: string): unknown => {
  const { Policies, ManagedPolicyArns } = properties(dev, role)
  expect(ManagedPolicyArns).toBeUndefined()
  return Policies
}
const rights = (PolicyName: string, ...Statement: readonly object[]) => [
  { PolicyName, PolicyDocument: { Version: '2012-10-17', Statement } },
]

describe('im', () => {
  test('ends when IM stops waiting, and knows the callback token and no other secret', () => {
    expect(properties(dev, 'ImLambdaFunction')).toMatchObject({ Timeout: 2, MemorySize: 512 })
    expect(variablesOf(dev, 'ImLambdaFunction')).toEqual({
      IM_SDK_APP_ID: '1400000001',
      IM_CALLBACK_TOKEN: '',
      IM_ADMIN: 'administrator',
      ...LOG,
    })
  })

  test('may write to the one table and its own log, and nothing else', () => {
    expect(rightsOf('ImRole')).toEqual(rights('im', onTable('PutItem', 'UpdateItem'), ownLog('ImLogGroup')))
  })
})

describe('send', () => {
  test('has minutes for a batch, and the settings of notices', () => {
    expect(properties(dev, 'SendLambdaFunction')).toMatchObject({ Timeout: 300, MemorySize: 512 })
    expect(variablesOf(dev, 'SendLambdaFunction')).toEqual({
      WECHAT_APP_ID: '',
      WECHAT_APP_SECRET: '',
      WECHAT_API_BASE: 'https://api.weixin.qq.com',
      LONG_TERM_TEMPLATES: '',
      IM_SDK_APP_ID: '1400000001',
      IM_SECRET_KEY: '',
      IM_ADMIN: 'administrator',
      IM_API_BASE: 'https://console.tim.qq.com',
      NOTIFY_TEMPLATE: '',
      NOTIFY_COOLDOWNS: '60s,10m,1h,6h',
      NOTIFY_PER_DAY: '20',
      QUIET_HOURS: '',
      NOTIFY_WHEN: 'not-online',
      ...LOG,
    })
  })

  test('may use the one table without deleting, read its stream, leave dead letters and write its own log', () => {
    const stream = ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListStreams']
    expect(rightsOf('SendRole')).toEqual(
      rights(
        'send',
        onTable('GetItem', 'Query', 'PutItem', 'UpdateItem'),
        { Effect: 'Allow', Action: dynamodb(stream), Resource: attribute('Table', 'StreamArn') },
        { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: attribute('DeadLetters', 'Arn') },
        ownLog('SendLogGroup'),
      ),
    )
  })

  test('is given ready notices and nothing else of the stream, of ten seconds at once, one batch at a time', () => {
    const { FilterCriteria, ...mapping } = properties(dev, MAPPING)
    expect(mapping).toEqual({
      FunctionName: attribute('SendLambdaFunction', 'Arn'),
      EventSourceArn: attribute('Table', 'StreamArn'),
      Enabled: true,
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 5000,
      MaximumBatchingWindowInSeconds: 10,
      ParallelizationFactor: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 20,
      MaximumRecordAgeInSeconds: 82_800,
      DestinationConfig: { OnFailure: { Destination: attribute('DeadLetters', 'Arn') } },
    })
    const { Filters } = FilterCriteria as { readonly Filters: ReadonlyArray<{ readonly Pattern: string }> }
    expect(Filters.map(({ Pattern }) => JSON.parse(Pattern))).toEqual([
      { dynamodb: { NewImage: { kind: { S: ['notice'] }, state: { S: ['ready'] } } } },
    ])
    expect(resource(dev, MAPPING).DependsOn).toEqual(['SendRole'])
  })

  test('is the second reader of the stream, and DynamoDB allows no third one', () => {
    expect(ofType(dev, 'AWS::Lambda::EventSourceMapping').map(([id]) => id)).toEqual([
      'ProcessEventSourceMappingDynamodbTable',
      MAPPING,
    ])
  })
})

describe('login', () => {
  test('waits for WeChat while the HTTP API waits for it, and knows the two secrets that it needs', () => {
    expect(properties(dev, 'LoginLambdaFunction')).toMatchObject({ Timeout: 15, MemorySize: 512 })
    expect(variablesOf(dev, 'LoginLambdaFunction')).toEqual({
      WECHAT_APP_ID: '',
      WECHAT_APP_SECRET: '',
      WECHAT_API_BASE: 'https://api.weixin.qq.com',
      IM_SDK_APP_ID: '1400000001',
      IM_SECRET_KEY: '',
      ...LOG,
    })
  })

  test('may read and write the one table and write its own log, and nothing else', () => {
    const table = onTable('GetItem', 'PutItem', 'UpdateItem')
    expect(rightsOf('LoginRole')).toEqual(rights('login', table, ownLog('LoginLogGroup')))
  })
})

describe('the routes of IM', () => {
  const settings = (): Readonly<Record<string, unknown>> => {
    const { RouteSettings } = properties(dev, 'HttpApiStage')
    const { 'Fn::If': choice } = RouteSettings as {
      'Fn::If': readonly [string, Readonly<Record<string, unknown>>, unknown]
    }
    expect([choice[0], choice[2]]).toEqual(['UsesIm', { Ref: 'AWS::NoValue' }])
    return choice[1]
  }

  test('have bounds of their own', () => {
    expect(settings()).toEqual({
      'POST /im': { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 },
      'POST /send': { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
      'POST /login': { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 200 },
    })
  })

  test('are there before the stage that has settings for them', () => {
    const routes = ofType(dev, 'AWS::ApiGatewayV2::Route').filter(
      ([, { Properties }]) => String(Properties?.RouteKey) in settings(),
    )
    expect(routes).toHaveLength(Object.keys(settings()).length)
    expect(resource(dev, 'HttpApiStage').DependsOn).toEqual(expect.arrayContaining(routes.map(([id]) => id)))
  })

  test('can be called by whom a policy names: the outputs say what to put into it', () => {
    expect(dev.Outputs).toMatchObject({
      SendUrl: { Value: { 'Fn::Sub': `https://\${HttpApi}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}/send` } },
      SendRouteArn: {
        Value: {
          'Fn::Sub': `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${HttpApi}/$default/POST/send`,
        },
      },
      SendFunctionArn: { Value: attribute('SendLambdaFunction', 'Arn') },
    })
  })
})

describe('without IM_SDK_APP_ID', () => {
  const uses = (template: Template): unknown => (template.Conditions as Readonly<Record<string, unknown>>).UsesIm
  const dependent = () => Object.entries(without.Resources).filter(([, { Condition }]) => Condition === 'UsesIm')

  test('IM is not used, and with it it is', () => {
    expect(uses(without)).toEqual({ 'Fn::Not': [{ 'Fn::Equals': ['', ''] }] })
    expect(uses(dev)).toEqual({ 'Fn::Not': [{ 'Fn::Equals': ['1400000001', ''] }] })
  })

  test('nothing leads to im, send and login, and nothing watches them', () => {
    const ids = dependent().map(([id]) => id)
    expect(ids.filter((id) => !id.endsWith('Alarm'))).toEqual([
      MAPPING,
      'HttpApiRoutePostIm',
      'HttpApiRoutePostSend',
      'HttpApiRoutePostLogin',
    ])
    const watching = ofType(without, 'AWS::CloudWatch::Alarm').filter(([, { Properties }]) =>
      /"(?:Im|Send|Login)LambdaFunction"/.test(JSON.stringify(Properties)),
    )
    expect(watching.filter(([id]) => !ids.includes(id))).toEqual([])
  })

  test('nothing that is always there points at what is not', () => {
    const [absent, always] = [dependent().map(([id]) => id), structuredClone(without.Resources)]
    const remaining = Object.entries(always).filter(([id]) => !absent.includes(id))
    // CloudFormation passes over a dependency on what a condition leaves out.
    const resources = remaining.map(([id, { DependsOn, ...rest }]) => [id, rest])
    expect(faultsOf({ ...without, Resources: Object.fromEntries(resources) })).toEqual([])
  })

  test('the parameter store need not have anything of IM', async () => {
    const bare = await packagedService(new Map([...PARAMETERS].filter(([name]) => !name.includes('/im-'))))
    try {
      const prod = await bare.packaged('--package prod --stage prod')
      expect(variablesOf(prod, 'ImLambdaFunction')).toMatchObject({ IM_SDK_APP_ID: '', IM_CALLBACK_TOKEN: '' })
      expect(variablesOf(prod, 'SendLambdaFunction')).toMatchObject({ IM_SECRET_KEY: '' })
    } finally {
      bare.remove()
    }
  })
})
