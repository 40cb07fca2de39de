import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { faultsOf, type Template } from '../support/aws-spec.ts'
import { ofType, PARAMETERS, type PackagedService, packagedService, properties, resource } from '../support/packaged.ts'

let service: PackagedService
let dev: Template
let prod: Template
let asked: readonly string[]

beforeAll(async () => {
  service = await packagedService()
  dev = await service.packaged('--package dev')
  prod = await service.packaged('--package prod --stage prod')
  asked = service.asked()
})

afterAll(() => service.remove())

const environment = (template: Template, id: string): unknown => properties(template, id).Environment
const variables = (template: Template): unknown => environment(template, 'PushLambdaFunction')

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
      { LogGroupName: '/aws/lambda/weapp-push-dev-process', RetentionInDays: 30 },
      { LogGroupName: '/aws/lambda/weapp-push-dev-im', RetentionInDays: 30 },
      { LogGroupName: '/aws/lambda/weapp-push-dev-send', RetentionInDays: 30 },
      { LogGroupName: '/aws/lambda/weapp-push-dev-login', RetentionInDays: 30 },
      { LogGroupName: '/aws/lambda/weapp-push-dev-tick', RetentionInDays: 30 },
      { LogGroupName: '/aws/http-api/weapp-push-dev', RetentionInDays: 30 },
    ])
  })
})

describe('secrets', () => {
  test('are not in the template when nothing is set', () => {
    expect(variables(dev)).toMatchObject({ Variables: { WECHAT_TOKEN: '', WECHAT_ENCODING_AES_KEY: '' } })
    expect(environment(dev, 'ProcessLambdaFunction')).toMatchObject({ Variables: { WECHAT_APP_SECRET: '' } })
  })

  test('come from the parameter store in prod, and nothing else is asked for', () => {
    expect(variables(prod)).toMatchObject({ Variables: { WECHAT_TOKEN: 'TokenOfTheStore' } })
    expect(variables(prod)).toMatchObject({ Variables: { WECHAT_ENCODING_AES_KEY: 'KeyOfTheStore' } })
    for (const id of ['ProcessLambdaFunction', 'SendLambdaFunction', 'LoginLambdaFunction']) {
      expect(environment(prod, id)).toMatchObject({ Variables: { WECHAT_APP_SECRET: 'AppSecretOfTheStore' } })
    }
    for (const id of ['SendLambdaFunction', 'LoginLambdaFunction']) {
      expect(environment(prod, id)).toMatchObject({ Variables: { IM_SECRET_KEY: 'ImKeyOfTheStore' } })
    }
    expect(environment(prod, 'ImLambdaFunction')).toMatchObject({
      Variables: { IM_CALLBACK_TOKEN: 'ImTokenOfTheStore' },
    })
    expect(asked).toEqual([...PARAMETERS.keys()])
  })

  test('stand in the environment of the functions that need them and nowhere else', () => {
    expect(
      JSON.stringify(prod)
        .match(/\w+OfTheStore/g)
        ?.toSorted(),
    ).toEqual([
      ...['AppSecretOfTheStore', 'AppSecretOfTheStore', 'AppSecretOfTheStore'],
      ...['ImKeyOfTheStore', 'ImKeyOfTheStore', 'ImTokenOfTheStore', 'KeyOfTheStore', 'TokenOfTheStore'],
    ])
    expect(JSON.stringify(variables(prod))).not.toContain('AppSecret')
  })

  test('are missed by name when the parameter store does not have them', async () => {
    const { code, output } = await service.serverless('package --stage staging --param=secrets=ssm')
    expect(code).toBe(1)
    expect(output).toMatch(
      /custom\.secrets\.token.*\n.*custom\.secrets\.encodingAesKey.*\n.*custom\.secrets\.appSecret/,
    )
  })
})

describe('every function', () => {
  const functions = () =>
    ofType(dev, 'AWS::Lambda::Function').map(([id, { Properties = {} }]) => [id, Properties] as const)

  test('has no setting that .env.example does not explain', () => {
    const example = readFileSync('.env.example', 'utf8')
    const names = functions().flatMap(([, { Environment }]) =>
      Object.keys((Environment as { Variables: Readonly<Record<string, string>> }).Variables),
    )
    expect(names.filter((name) => !new RegExp(`^(# )?${name}=`, 'm').test(example))).toEqual([])
  })

  test('runs on arm64 and nodejs24.x, with a role of its own that Lambda alone may take', () => {
    for (const [id, properties] of functions()) {
      const role = id.replace('LambdaFunction', 'Role')
      expect(properties).toMatchObject({ Architectures: ['arm64'], Runtime: 'nodejs24.x' })
      expect(properties.Role).toEqual({ 'Fn::GetAtt': [role, 'Arn'] })
      expect(dev.Resources[role]?.Properties?.AssumeRolePolicyDocument).toEqual({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      })
    }
  })

  test('has the only roles there are', () => {
    const names = ['Push', 'Process', 'Im', 'Send', 'Login', 'Tick']
    expect(ofType(dev, 'AWS::IAM::Role').map(([id]) => id)).toEqual(names.map((name) => `${name}Role`))
    expect(functions().map(([id]) => id)).toEqual(names.map((name) => `${name}LambdaFunction`))
  })

  test('writes its metrics under the name of the stage', () => {
    for (const [, { Environment }] of functions()) {
      expect(Environment).toMatchObject({ Variables: { METRICS_NAMESPACE: 'weapp-push-dev' } })
    }
  })

  test('is allowed nothing by a wildcard', () => {
    expect(JSON.stringify(ofType(dev, 'AWS::IAM::Role'))).not.toContain('*')
  })

  test('leaves no old version behind, with old secrets in it', () => {
    expect(ofType(dev, 'AWS::Lambda::Version')).toEqual([])
  })
})

describe('push', () => {
  test('ends before WeChat stops waiting', () => {
    expect(properties(dev, 'PushLambdaFunction').Timeout).toBe(4)
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
})

describe('the HTTP API', () => {
  test('has the routes of WeChat, IM, logins and requests and no other, and lets AWS check who requests', () => {
    const routes = ofType(dev, 'AWS::ApiGatewayV2::Route').map(([, { Properties = {} }]) => Properties)
    expect(routes.map(({ RouteKey, AuthorizationType = 'NONE' }) => `${RouteKey} ${AuthorizationType}`)).toEqual([
      'GET /push NONE',
      'POST /push NONE',
      'POST /im NONE',
      'POST /send AWS_IAM',
      'POST /login NONE',
    ])
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

  test('finds due work by its shard and time, and tells how old it is', () => {
    expect(properties(dev, 'Table').GlobalSecondaryIndexes).toEqual([
      {
        IndexName: 'due',
        KeySchema: [
          { AttributeName: 'dueShard', KeyType: 'HASH' },
          { AttributeName: 'dueAtMs', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['acceptedAtMs'] },
      },
    ])
  })

  test('is the one that the functions are told', () => {
    expect(properties(prod, 'Table').TableName).toBe('weapp-push-prod-table')
    for (const [id] of ofType(prod, 'AWS::Lambda::Function')) {
      expect(environment(prod, id)).toMatchObject({ Variables: { TABLE_NAME: 'weapp-push-prod-table' } })
    }
  })

  test('survives its stack in prod and goes with it in dev', () => {
    expect(resource(prod, 'Table')).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
    expect(properties(prod, 'Table').DeletionProtectionEnabled).toBe(true)
    expect(resource(dev, 'Table')).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' })
    expect(properties(dev, 'Table').DeletionProtectionEnabled).toBe(false)
  })
})
