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

describe('readTemplate', () => {
  const [notes] = readTemplate(ROOT, { NOTES_SECRET: 's3cret' }).functions

  test('finds the bundle, the limits and the routes of a function', () => {
    expect(notes).toMatchObject({
      name: 'notes',
      bundle: join(ROOT, 'dist/notes.cjs'),
      timeoutMs: 1000,
      memoryMb: 1024,
      routes: [
        { method: 'GET', path: '/notes' },
        { method: 'POST', path: '/notes' },
      ],
    })
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

  test('makes of a table what CreateTable takes, and keeps the TTL apart', () => {
    const { tables } = readTemplate(ROOT, {})
    expect(tables).toMatchObject([{ createTable: { TableName: 'notes-dev-table' }, ttlAttribute: 'expiresAtSec' }])
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
    ['- httpApi: GET /notes', '- schedule: rate(1 minute)', 'functions.notes.events[0].schedule is not emulated'],
    ['- httpApi: GET /notes', '- httpApi: GET /notes/{id}', 'not a method and a plain path'],
    ['path: /notes }', 'path: /notes, authorizer: aws_iam }', 'authorizer is not emulated'],
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
