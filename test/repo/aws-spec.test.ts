import { describe, expect, test } from 'vitest'
import { faultsOf, isAwsMetric, type Resource } from '../support/aws-spec.ts'

const sub = (...names: readonly string[]) => ({ 'Fn::Sub': names.map((name) => `\${${name}}`).join(':') })

const TABLE: Resource = {
  Type: 'AWS::DynamoDB::Table',
  Properties: { KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }], SSESpecification: { SSEEnabled: true } },
}
const FUNCTION: Resource = {
  Type: 'AWS::Lambda::Function',
  DependsOn: 'Table',
  Properties: {
    Code: { S3Bucket: 'bucket', S3Key: 'key' },
    Role: sub('AWS::Partition', 'Table', 'Table.Arn'),
    Timeout: 4,
    Environment: { Variables: { TABLE_NAME: { Ref: 'Table' } } },
    Tags: [{ Key: 'table', Value: { 'Fn::GetAtt': ['Table', 'Arn'] } }],
  },
}

const withTable = (changes: object) => ({
  Resources: { Table: { ...TABLE, Properties: { ...TABLE.Properties, ...changes } } },
})
const withFunction = (changes: object, attributes: object = {}) => ({
  Resources: { Table: TABLE, Push: { ...FUNCTION, ...attributes, Properties: { ...FUNCTION.Properties, ...changes } } },
})

describe('faultsOf', () => {
  test('has nothing against a right template', () => {
    expect(faultsOf(withFunction({}))).toEqual([])
  })

  test.each([
    ['an unknown property', withTable({ TimeToLive: 1 }), 'Table.TimeToLive: unknown'],
    [
      'an unknown member',
      withTable({ SSESpecification: { SSEEnabled: true, On: true } }),
      'Table.SSESpecification.On: unknown',
    ],
    ['a missing property', withTable({ KeySchema: undefined }), 'Table.KeySchema: missing'],
    ['a missing member', withTable({ SSESpecification: {} }), 'Table.SSESpecification.SSEEnabled: missing'],
    ['a text for a number', withFunction({ Timeout: '4' }), 'Push.Timeout: "4" is no integer that is allowed'],
    ['a fraction for an integer', withFunction({ Timeout: 4.5 }), 'Push.Timeout: 4.5 is no integer that is allowed'],
    [
      'a value outside the enumeration',
      withFunction({ PackageType: 'Tar' }),
      'Push.PackageType: "Tar" is no string that is allowed',
    ],
    ['one thing for a list', withFunction({ Architectures: 'arm64' }), 'Push.Architectures: a list is expected'],
    [
      'a number in the environment',
      withFunction({ Environment: { Variables: { HOURS: 72 } } }),
      'Push.Environment.Variables.HOURS: 72 is no string that is allowed',
    ],
    [
      'a tag without a key',
      withFunction({ Tags: [{ Value: 'push' }] }),
      'Push.Tags.0: {"Value":"push"} is no tag that is allowed',
    ],
    ['a reference to nothing', withFunction({ Role: { Ref: 'Roll' } }), 'Roll'],
    ['an attribute that is none', withFunction({ Role: { 'Fn::GetAtt': ['Table', 'Anr'] } }), 'Table.Anr'],
    ['a text with a name of nothing', withFunction({ Role: sub('Partition') }), 'Partition'],
    ['a dependency on nothing', withFunction({}, { DependsOn: ['Table', 'Cable'] }), 'Cable'],
    ['a condition that is not there', withFunction({}, { Condition: 'IsProd' }), 'Conditions/IsProd'],
    [
      'a choice by a condition that is not there',
      withFunction({ Timeout: { 'Fn::If': ['IsProd', 4, 5] } }),
      'Conditions/IsProd',
    ],
    [
      'a fault in what may be chosen',
      { ...withFunction({ Timeout: { 'Fn::If': ['IsProd', 4, '5'] } }), Conditions: { IsProd: true } },
      'Push.Timeout.if.1: "5" is no integer that is allowed',
    ],
    [
      'a reference to nothing in what may be chosen',
      { ...withFunction({ Role: { 'Fn::If': ['IsProd', 'role', { Ref: 'Roll' }] } }), Conditions: { IsProd: true } },
      'Roll',
    ],
    [
      'a type that does not exist',
      { Resources: { Queue: { Type: 'AWS::SQS::Kueue' } } },
      'Queue: AWS::SQS::Kueue is no resource',
    ],
  ])('finds %s', (_, template, fault) => {
    expect(faultsOf(template)).toEqual([fault])
  })
})

describe('isAwsMetric', () => {
  test('knows what Lambda publishes, and what it does not', () => {
    expect(isAwsMetric('AWS/Lambda', 'Throttles')).toBe(true)
    expect(isAwsMetric('AWS/Lambda', 'Trottles')).toBe(false)
  })
})
