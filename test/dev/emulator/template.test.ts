import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readTemplate } from '../../../dev/emulator/template.ts'

const ROOT = resolve('test/fixtures/serverless')
const made: string[] = []

afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true })
})

/** The fixture with a text replaced in serverless.yml. */
function changed(from: string, to: string): string {
  const root = mkdtempSync(join(tmpdir(), 'template-'))
  made.push(root)
  cpSync(ROOT, root, { recursive: true })
  const text = readFileSync(join(ROOT, 'serverless.yml'), 'utf8')
  expect(text).toContain(from)
  writeFileSync(join(root, 'serverless.yml'), text.replace(from, to))
  return root
}

const ARN = '!GetAtt Table.StreamArn'
const streamed = (settings: string): string =>
  changed('- httpApi: GET /notes', `- stream: { type: dynamodb, arn: ${ARN}, ${settings} }`)

describe('readTemplate', () => {
  const [notes] = readTemplate(ROOT, { NOTES_SECRET: 's3cret' }).functions

  test('finds the bundle, the limits and the routes of a function', () => {
    expect(notes).toMatchObject({
      name: 'notes',
      bundle: join(ROOT, 'dist/notes.cjs'),
      timeoutMs: 1000,
      memoryMb: 1024,
      routes: [
        { method: 'GET', path: '/notes', isSigned: false },
        { method: 'POST', path: '/notes', isSigned: false },
        { method: 'GET', path: '/guarded', isSigned: true },
      ],
      streams: [],
      schedules: [],
    })
  })

  test('reads a stream with the defaults of Serverless and of Lambda', () => {
    const [listener] = readTemplate(streamed('enabled: true'), {}).functions
    expect(listener?.streams).toEqual([
      {
        tableName: 'notes-dev-table',
        batchSize: 10,
        batchWindowMs: 0,
        parallelizationFactor: 1,
        maximumRetryAttempts: -1,
        maximumRecordAgeInSeconds: -1,
        bisectBatchOnFunctionError: false,
        reportsBatchItemFailures: false,
        filterPatterns: [],
      },
    ])
  })

  test('reads all that a stream may say', () => {
    const root = streamed(
      `batchSize: 25, batchWindow: 2, parallelizationFactor: 10, startingPosition: LATEST, maximumRetryAttempts: 5,
          maximumRecordAgeInSeconds: 3600, bisectBatchOnFunctionError: true, functionResponseType: ReportBatchItemFailures,
          destinations: { onFailure: { arn: !GetAtt Failed.Arn, type: sqs } },
          filterPatterns: [{ eventName: [INSERT] }, { dynamodb: { NewImage: { state: { S: [{ prefix: re }] } } } }]`,
    )
    expect(readTemplate(root, {}).functions[0]?.streams).toEqual([
      {
        tableName: 'notes-dev-table',
        batchSize: 25,
        batchWindowMs: 2000,
        parallelizationFactor: 10,
        maximumRetryAttempts: 5,
        maximumRecordAgeInSeconds: 3600,
        bisectBatchOnFunctionError: true,
        reportsBatchItemFailures: true,
        filterPatterns: [{ eventName: ['INSERT'] }, { dynamodb: { NewImage: { state: { S: [{ prefix: 're' }] } } } }],
        onFailure: 'Failed',
      },
    ])
  })

  test('passes over a stream that is switched off', () => {
    expect(readTemplate(streamed('enabled: false'), {}).functions[0]?.streams).toEqual([])
  })

  test.each([
    ['rate(1 minute)', [60_000]],
    ['rate(5 minutes)', [300_000]],
    ['{ rate: rate(2 hours) }', [7_200_000]],
    ['{ rate: [rate(1 day), rate(1 hour)], enabled: true, description: x }', [86_400_000, 3_600_000]],
    ['{ rate: rate(1 minute), enabled: false }', []],
  ])('reads the schedule %s', (schedule, everyMs) => {
    const root = changed('- httpApi: GET /notes', `- schedule: ${schedule}`)
    expect(readTemplate(root, {}).functions[0]?.schedules).toEqual(everyMs.map((each) => ({ everyMs: each })))
  })

  test.each([
    ['tumblingWindowInSeconds: 30', 'stream.tumblingWindowInSeconds is not emulated'],
    ['consumer: true', 'stream.consumer is not emulated'],
    ['type: kinesis', 'Map keys must be unique'],
    ['startingPosition: AT_TIMESTAMP', 'startingPosition is AT_TIMESTAMP, which is not emulated'],
    ['batchSize: 0', 'batchSize is not a whole number from 1 to 10000'],
    ['batchSize: some', 'batchSize is not a number'],
    ['batchWindow: 301', 'batchWindow is not a whole number from 0 to 300'],
    ['parallelizationFactor: 11', 'parallelizationFactor is not a whole number from 1 to 10'],
    ['maximumRecordAgeInSeconds: 59', 'maximumRecordAgeInSeconds is neither -1 nor at least 60'],
    ['functionResponseType: All', 'functionResponseType is All, which is not emulated'],
    ['destinations: { onSuccess: x }', 'destinations.onSuccess is not emulated'],
    ['destinations: { onFailure: { arn: !Sub x } }', 'onFailure.arn is neither !Ref nor !GetAtt'],
    ['filterPatterns: [{ eventName: INSERT }]', 'filterPatterns[0] : eventName is neither a map nor a list'],
    ['filterPatterns: { eventName: [INSERT] }', 'filterPatterns is not a list'],
  ])('says what is wrong with a stream of %s', (settings, cause) => {
    expect(() => readTemplate(streamed(settings), {})).toThrow(cause)
  })

  test.each([
    ['!GetAtt Table.Arn', 'is not !GetAtt <table>.StreamArn'],
    ['!GetAtt NotesRole.StreamArn', 'refers to NotesRole, which is not a table'],
    ['arn:aws:dynamodb:eu-west-1:1:table/x/stream/y', 'is not !GetAtt <table>.StreamArn'],
  ])('says what is wrong with the stream %s', (arn, cause) => {
    const root = changed('- httpApi: GET /notes', `- stream: { type: dynamodb, arn: "X" }`.replace('"X"', arn))
    expect(() => readTemplate(root, {})).toThrow(cause)
  })

  test('says that a table has no stream', () => {
    const root = streamed('batchSize: 1')
    const table = join(root, 'infra/table.yml')
    writeFileSync(table, readFileSync(table, 'utf8').replace(/.*StreamSpecification.*\n/, ''))
    expect(() => readTemplate(root, {})).toThrow('refers to Table, which has no StreamSpecification')
  })

  test('gives each function the environment of the provider and its own, which wins', () => {
    expect(notes?.environment).toEqual({
      GREETING: 'hello, notes-dev-table',
      TABLE_NAME: 'notes-dev-table',
      SECRET: 's3cret',
      LIMIT: '12',
    })
  })

  test(`takes what is handed in for \${env:…} and leaves its text alone`, () => {
    const [other] = readTemplate(ROOT, { GREETING: `\${self:service}, $& and }` }).functions
    expect(other?.environment.GREETING).toBe(`\${self:service}, $& and }`)
  })

  test('takes the environment in place of the parameter store', () => {
    const root = changed('secrets: env', 'secrets: ssm')
    expect(readTemplate(root, { NOTES_SECRET: 'stored' }).functions[0]?.environment.SECRET).toBe('stored')
  })

  test('makes of a table what CreateTable takes, and keeps the TTL and the stream apart', () => {
    const { tables } = readTemplate(ROOT, {})
    expect(tables).toMatchObject([
      {
        createTable: { TableName: 'notes-dev-table' },
        ttlAttribute: 'expiresAtSec',
        streamViewType: 'NEW_AND_OLD_IMAGES',
      },
    ])
    expect(Object.keys(tables[0]?.createTable ?? {}).sort()).toEqual([
      'AttributeDefinitions',
      'BillingMode',
      'GlobalSecondaryIndexes',
      'KeySchema',
      'TableName',
    ])
  })

  test.each([
    [`SECRET: \${self:custom.secrets.secret}`, `SECRET: \${s3:bucket/key}`, 's3:bucket/key is a variable'],
    [`SECRET: \${self:custom.secrets.secret}`, `SECRET: \${env:NOT_SET}`, `SECRET \${env:NOT_SET} has no value`],
    [`SECRET: \${self:custom.secrets.secret}`, `SECRET: a \${env:NOT_SET} b`, `a \${env:NOT_SET} b has no value`],
    [`SECRET: \${self:custom.secrets.secret}`, `SECRET: \${self:functions}`, 'functions.notes.environment.SECRET'],
    [`SECRET: \${self:custom.secrets.secret}`, `SECRET: a \${self:custom}`, 'puts a map or a list into a text'],
    [`SECRET: \${self:custom.secrets.secret}`, `SECRET: \${self:service`, 'lacks a closing brace'],
    ['TABLE_NAME: !Ref Table', 'TABLE_NAME: !Ref NotesRole', 'refers to NotesRole, which is not a table'],
    ['TABLE_NAME: !Ref Table', 'TABLE_NAME: !GetAtt Table.Arn', 'function of CloudFormation other than Ref'],
    ['service: notes', `service: \${self:service}`, 'self:service} refers to itself'],
    ['- httpApi: GET /notes', '- sqs: some-queue', 'functions.notes.events[0].sqs is not emulated'],
    ['- httpApi: GET /notes', '- schedule: cron(0 1 * * ? *)', 'schedule is cron(0 1 * * ? *), not a rate'],
    ['- httpApi: GET /notes', '- schedule: rate(0 minutes)', 'not a rate'],
    ['- httpApi: GET /notes', '- schedule: { rate: rate(1 day), input: {} }', 'schedule.input is not emulated'],
    ['- httpApi: GET /notes', '- schedule: { rate: rate(1 day), enabled: 1 }', 'enabled is neither true nor false'],
    ['- httpApi: GET /notes', '- httpApi: GET /notes/{id}', 'not a method and a plain path'],
    ['path: /notes }', 'path: /notes, authorizer: someJwt }', 'httpApi.authorizer is not emulated'],
    ['path: /notes }', 'path: /notes, authorizer: { type: jwt } }', 'authorizer.type is jwt, which is not emulated'],
    [
      'path: /notes }',
      'path: /notes, authorizer: { type: aws_iam, scopes: [a] } }',
      'authorizer.scopes is not emulated',
    ],
    ['path: /notes }', 'path: /notes, authorizer: { name: someJwt } }', 'authorizer.name is not emulated'],
    ['path: /notes }', 'path: /notes, authorizer: {} }', 'authorizer.type is not a text'],
    ['path: /notes }', 'path: /notes, timeout: 3 }', 'httpApi.timeout is not emulated'],
    ["payload: '2.0'", "payload: '1.0'", 'provider.httpApi.payload is not 2.0'],
    ['httpApi: { payload', 'httpApi: { cors: true, payload', 'provider.httpApi.cors is not emulated'],
    ['dist/notes.handler', 'dist/notes.main', 'does not end in .handler'],
    ['timeout: 1', 'timeout: soon', 'functions.notes.timeout is not a number'],
    ['./infra/table.yml', './infra/none.yml', 'ENOENT'],
    ['./infra/table.yml', './infra/table.js', 'neither YAML nor JSON'],
    ['functions:\n', 'functions: [\n', 'TEMPLATE_INVALID'],
  ])('says where %s → %s is wrong', (from, to, cause) => {
    const root = changed(from, to)
    expect(() => readTemplate(root, {})).toThrow(expect.objectContaining({ code: 'TEMPLATE_INVALID' }))
    expect(() => readTemplate(root, {})).toThrow(cause)
  })
})
