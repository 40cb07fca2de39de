import { resolve } from 'node:path'
import { type Cursor, cursorAt } from './cursor.ts'
import { type EventsTemplate, readEvents } from './template-events.ts'
import { readTables, type TableTemplate } from './template-tables.ts'
import { localVariables, readYaml } from './variables.ts'

export interface Template {
  readonly functions: readonly FunctionTemplate[]
  readonly tables: readonly TableTemplate[]
}

export interface FunctionTemplate extends EventsTemplate {
  readonly name: string
  /** Absolute path of the file that Lambda would load. */
  readonly bundle: string
  readonly timeoutMs: number
  readonly memoryMb: number
  readonly environment: Readonly<Record<string, string>>
}

/** By logical id. */
type Tables = ReadonlyMap<string, TableTemplate>

/** Texts by name: `process.env` is one. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * What the local stack needs of serverless.yml and the files it includes. `env` stands for the shell's environment
 * and the parameter store. Only what is needed is resolved: roles, alarms and outputs are left alone.
 * @throws {StackError} TEMPLATE_INVALID, naming the place: nothing that matters here is dropped silently
 */
export function readTemplate(root: string, env: Environment): Template {
  const document = readYaml(resolve(root, 'serverless.yml'))
  const service = cursorAt(document, '', localVariables({ root, document, env }))
  const { tables, byId } = readTables(service.get('resources'))
  const provider = service.get('provider')
  checkHttpApi(provider.get('httpApi'))
  const functions = service.get('functions')
  return {
    functions: functions.entries().map(([name, definition]) => readFunction(root, name, provider, definition, byId)),
    tables,
  }
}

function readFunction(
  root: string,
  name: string,
  provider: Cursor,
  definition: Cursor,
  tables: Tables,
): FunctionTemplate {
  const number = (key: string, otherwise: number): number =>
    [definition, provider]
      .map((from) => from.get(key))
      .find((value) => !value.isAbsent)
      ?.number() ?? otherwise
  return {
    name,
    bundle: resolve(root, bundleOf(definition.get('handler'))),
    timeoutMs: number('timeout', 6) * 1000,
    memoryMb: number('memorySize', 1024),
    environment: { ...readEnvironment(provider, tables), ...readEnvironment(definition, tables) },
    ...readEvents(definition.get('events'), tables),
  }
}

function bundleOf(handler: Cursor): string {
  const [, file] = /^(.+)\.handler$/.exec(handler.text()) ?? []
  return file === undefined ? handler.reject('does not end in .handler') : `${file}.cjs`
}

function readEnvironment(owner: Cursor, tables: Tables): Record<string, string> {
  const environment = owner.get('environment')
  if (environment.isAbsent) return {}
  const set = environment.entries().filter(([, value]) => !value.isAbsent)
  return Object.fromEntries(set.map(([name, value]) => [name, readSetting(value, tables)]))
}

/** A text, or the name of one of our tables: `!Ref Table`. */
function readSetting(value: Cursor, tables: Tables): string {
  if (!value.isMap()) return value.text()
  const reference = value.get('Ref')
  if (reference.isAbsent) return value.reject('uses a function of CloudFormation other than Ref')
  return (
    tables.get(reference.text())?.createTable.TableName ??
    value.reject(`refers to ${reference.text()}, which is not a table`)
  )
}

function checkHttpApi(httpApi: Cursor): void {
  if (httpApi.isAbsent) return
  const payload = httpApi.get('payload')
  if (!payload.isAbsent && payload.text() !== '2.0') payload.reject('is not 2.0')
  for (const key of ['cors', 'authorizers']) {
    const value = httpApi.get(key)
    if (!value.isAbsent) value.reject('is not emulated')
  }
}
