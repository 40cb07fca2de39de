import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Template } from '../support/aws-spec.ts'
import {
  attribute,
  dynamodb,
  ofType,
  ownLog,
  type PackagedService,
  packagedService,
  properties,
  resource,
  variablesOf,
} from '../support/packaged.ts'

let service: PackagedService
let dev: Template

beforeAll(async () => {
  service = await packagedService()
  dev = await service.packaged('--package dev')
})

afterAll(() => service.remove())

const MAPPING = 'ProcessEventSourceMappingDynamodbTable'

const variables = (id: string) => variablesOf(dev, id)

describe('process', () => {
  test('has minutes for a slow rule, and the settings of its work alone', () => {
    expect(properties(dev, 'ProcessLambdaFunction')).toMatchObject({ Timeout: 300, MemorySize: 256 })
    expect(variables('ProcessLambdaFunction')).toEqual({
      WECHAT_APP_ID: '',
      WECHAT_APP_SECRET: '',
      WECHAT_API_BASE: 'https://api.weixin.qq.com',
      LONG_TERM_TEMPLATES: '',
      TABLE_NAME: 'weapp-push-dev-table',
      LOG_LEVEL: 'info',
      METRICS_NAMESPACE: 'weapp-push-dev',
    })
  })

  test('may use the one table, read its stream, leave dead letters and write its own log, and nothing else', () => {
    const { Policies, ManagedPolicyArns } = properties(dev, 'ProcessRole')
    const onTable = ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem']
    const onStream = ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListStreams']
    const Statement = [
      { Effect: 'Allow', Action: dynamodb(onTable), Resource: attribute('Table', 'Arn') },
      { Effect: 'Allow', Action: 'dynamodb:Query', Resource: { 'Fn::Sub': `\${Table.Arn}/index/open` } },
      { Effect: 'Allow', Action: dynamodb(onStream), Resource: attribute('Table', 'StreamArn') },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: attribute('DeadLetters', 'Arn') },
      ownLog('ProcessLogGroup'),
    ]
    expect(Policies).toEqual([{ PolicyName: 'process', PolicyDocument: { Version: '2012-10-17', Statement } }])
    expect(ManagedPolicyArns).toBeUndefined()
  })

  test('is given ready pushes and nothing else of the stream, ten at a time, and gives up no record in silence', () => {
    const { FilterCriteria, ...mapping } = properties(dev, MAPPING)
    expect(mapping).toEqual({
      FunctionName: attribute('ProcessLambdaFunction', 'Arn'),
      EventSourceArn: attribute('Table', 'StreamArn'),
      Enabled: true,
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 0,
      ParallelizationFactor: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 20,
      MaximumRecordAgeInSeconds: 82_800,
      DestinationConfig: { OnFailure: { Destination: attribute('DeadLetters', 'Arn') } },
    })
    const { Filters } = FilterCriteria as { readonly Filters: ReadonlyArray<{ readonly Pattern: string }> }
    expect(Filters.map(({ Pattern }) => JSON.parse(Pattern))).toEqual([
      { dynamodb: { NewImage: { kind: { S: ['push'] }, state: { S: ['ready'] } } } },
    ])
    expect(resource(dev, MAPPING).DependsOn).toEqual(['ProcessRole'])
  })

  test('holds a lane up for hours at most, and gives up before the stream forgets after a day', () => {
    const { MaximumRetryAttempts, MaximumRecordAgeInSeconds } = properties(dev, MAPPING)
    const longest = (1 + Number(MaximumRetryAttempts)) * Number(properties(dev, 'ProcessLambdaFunction').Timeout)
    expect(longest).toBeLessThan(2 * 3600)
    expect(Number(MaximumRecordAgeInSeconds)).toBeLessThan(24 * 3600)
  })
})

describe('the dead letters', () => {
  test('are one encrypted queue that keeps them for 14 days', () => {
    expect(ofType(dev, 'AWS::SQS::Queue')).toEqual([
      [
        'DeadLetters',
        {
          Type: 'AWS::SQS::Queue',
          Properties: { MessageRetentionPeriod: 14 * 24 * 3600, SqsManagedSseEnabled: true },
        },
      ],
    ])
  })

  test('can be read by nobody whom the account has not let in', () => {
    expect(ofType(dev, 'AWS::SQS::QueuePolicy')).toEqual([])
  })
})

describe('tick', () => {
  test('runs every minute and ends before the next', () => {
    const rules = ofType(dev, 'AWS::Events::Rule')
    expect(rules.map(([, rule]) => rule.Properties)).toEqual([
      {
        ScheduleExpression: 'rate(1 minute)',
        State: 'ENABLED',
        Targets: [{ Arn: attribute('TickLambdaFunction', 'Arn'), Id: 'tickSchedule' }],
      },
    ])
    expect(properties(dev, 'TickLambdaFunction')).toMatchObject({ Timeout: 55, MemorySize: 256 })
  })

  test('may be started by that schedule alone', () => {
    const [[rule] = ['']] = ofType(dev, 'AWS::Events::Rule')
    const permissions = ofType(dev, 'AWS::Lambda::Permission').map(([, { Properties }]) => Properties)
    expect(permissions).toContainEqual({
      FunctionName: attribute('TickLambdaFunction', 'Arn'),
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: attribute(rule, 'Arn'),
    })
    expect(JSON.stringify(permissions).match(/TickLambdaFunction/g)).toHaveLength(1)
    expect(JSON.stringify(permissions)).not.toContain('ProcessLambdaFunction')
  })

  test('knows no secret of WeChat', () => {
    expect(Object.keys(variables('TickLambdaFunction'))).toEqual([
      'TABLE_NAME',
      'TICK_WATCH_SECONDS',
      'LOG_LEVEL',
      'METRICS_NAMESPACE',
    ])
  })

  test('may look for due work, update it and write its own log, and nothing else', () => {
    const { Policies, ManagedPolicyArns } = properties(dev, 'TickRole')
    const index = { 'Fn::Sub': `\${Table.Arn}/index/due` }
    const Statement = [
      { Effect: 'Allow', Action: 'dynamodb:Query', Resource: index },
      { Effect: 'Allow', Action: 'dynamodb:UpdateItem', Resource: attribute('Table', 'Arn') },
      ownLog('TickLogGroup'),
    ]
    expect(Policies).toEqual([{ PolicyName: 'tick', PolicyDocument: { Version: '2012-10-17', Statement } }])
    expect(ManagedPolicyArns).toBeUndefined()
    expect(resource(dev, 'Table').Properties?.GlobalSecondaryIndexes).toMatchObject([{ IndexName: 'due' }])
  })
})
