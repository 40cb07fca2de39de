import type { Cursor } from './cursor.ts'
import type { EventSourceSettings } from './event-source-settings.ts'
import { compilePattern } from './filter-pattern.ts'
import type { TableTemplate } from './template-tables.ts'

type Tables = ReadonlyMap<string, TableTemplate>

const KEYS = [
  'arn',
  'type',
  'enabled',
  'batchSize',
  'batchWindow',
  'startingPosition',
  'parallelizationFactor',
  'maximumRetryAttempts',
  'maximumRecordAgeInSeconds',
  'bisectBatchOnFunctionError',
  'functionResponseType',
  'destinations',
  'filterPatterns',
]

/**
 * A `stream` event as Serverless writes it into an event source mapping, its defaults included; `undefined` when it is
 * switched off. A table is empty when the stack starts, so that every starting position is the same.
 */
export function readStream(stream: Cursor, tables: Tables): EventSourceSettings | undefined {
  for (const [key, value] of stream.entries()) if (!KEYS.includes(key)) value.reject('is not emulated')
  const get = stream.get
  oneOf(get('type'), ['dynamodb'], 'dynamodb')
  oneOf(get('startingPosition'), ['TRIM_HORIZON', 'LATEST'], 'TRIM_HORIZON')
  const settings = {
    ...readTable(get('arn'), tables),
    batchSize: get('batchSize').integer(1, 10_000, 10),
    batchWindowMs: get('batchWindow').integer(0, 300, 0) * 1000,
    parallelizationFactor: get('parallelizationFactor').integer(1, 10, 1),
    maximumRetryAttempts: get('maximumRetryAttempts').integer(-1, 10_000, -1),
    maximumRecordAgeInSeconds: readAge(get('maximumRecordAgeInSeconds')),
    bisectBatchOnFunctionError: get('bisectBatchOnFunctionError').truth(false),
    reportsBatchItemFailures: oneOf(get('functionResponseType'), ['ReportBatchItemFailures'], '') !== '',
    filterPatterns: readPatterns(get('filterPatterns')),
    ...readDestination(get('destinations')),
  }
  return get('enabled').truth(true) ? settings : undefined
}

/** `!GetAtt Table.StreamArn` */
function readTable(arn: Cursor, tables: Tables): Pick<EventSourceSettings, 'tableName'> {
  const [id = '', attribute] = attributeOf(arn)
  if (attribute !== 'StreamArn') return arn.reject('is not !GetAtt <table>.StreamArn')
  const table = tables.get(id) ?? arn.reject(`refers to ${id}, which is not a table`)
  if (table.streamViewType === undefined) arn.reject(`refers to ${id}, which has no StreamSpecification`)
  return { tableName: table.createTable.TableName }
}

/** `!GetAtt` in either of its forms: `Table.StreamArn` or `[Table, StreamArn]`. */
function attributeOf(reference: Cursor): readonly string[] {
  if (!reference.isMap()) return []
  const path = reference.get('Fn::GetAtt')
  if (path.isAbsent) return []
  return path.isList() ? path.items().map((part) => part.text()) : path.text().split('.')
}

function readAge(age: Cursor): number {
  const seconds = age.integer(-1, 604_800, -1)
  return seconds === -1 || seconds >= 60 ? seconds : age.reject('is neither -1 nor at least 60')
}

function readPatterns(patterns: Cursor): EventSourceSettings['filterPatterns'] {
  if (patterns.isAbsent) return []
  return patterns.items().map((pattern) => {
    const value = pattern.value()
    try {
      compilePattern(value)
    } catch (error) {
      if (error instanceof TypeError) return pattern.reject(`: ${error.message}`)
      throw error
    }
    return value
  })
}

/** The queue or topic by the name that the template has for it: nothing is sent there. */
function readDestination(destinations: Cursor): Pick<EventSourceSettings, 'onFailure'> {
  if (destinations.isAbsent) return {}
  for (const [key, value] of destinations.entries()) if (key !== 'onFailure') value.reject('is not emulated')
  const target = destinations.get('onFailure')
  if (!target.isMap()) return { onFailure: target.text() }
  for (const [key, value] of target.entries()) if (!['arn', 'type'].includes(key)) value.reject('is not emulated')
  oneOf(target.get('type'), ['sqs', 'sns'], 'sqs')
  const arn = target.get('arn')
  if (!arn.isMap()) return { onFailure: arn.text() }
  const [id] = arn.get('Ref').isAbsent ? attributeOf(arn) : [arn.get('Ref').text()]
  return { onFailure: id ?? arn.reject('is neither !Ref nor !GetAtt') }
}

function oneOf(value: Cursor, known: readonly string[], otherwise: string): string {
  if (value.isAbsent) return otherwise
  return known.find((each) => each === value.text()) ?? value.reject(`is ${value.text()}, which is not emulated`)
}
