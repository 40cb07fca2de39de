import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb'
import type { Cursor } from './cursor.ts'

export interface TableTemplate {
  readonly createTable: CreateTableCommandInput & { readonly TableName: string }
  readonly ttlAttribute?: string
}

interface Tables {
  readonly tables: readonly TableTemplate[]
  /** Table name by logical id. */
  readonly names: ReadonlyMap<string, string>
}

/** Spelled alike in CloudFormation and in CreateTable, which checks them. */
const KEPT = ['TableName', 'AttributeDefinitions', 'KeySchema', 'GlobalSecondaryIndexes', 'LocalSecondaryIndexes']
/** Makes no difference on one machine; every table is on demand here. */
const PASSED_OVER = [
  'BillingMode',
  'ProvisionedThroughput',
  'OnDemandThroughput',
  'DeletionProtectionEnabled',
  'PointInTimeRecoverySpecification',
  'SSESpecification',
  'StreamSpecification',
  'TableClass',
  'Tags',
]

/** The tables among the resources; all other resources stay unread. */
export function readTables(resources: Cursor): Tables {
  const stacks = resources.isList() ? resources.items() : [resources]
  const definitions = stacks
    .filter((stack) => !stack.isAbsent && !stack.get('Resources').isAbsent)
    .flatMap((stack) => stack.get('Resources').entries())
    .filter(([, resource]) => resource.get('Type').text() === 'AWS::DynamoDB::Table')
    .map(([id, resource]) => ({ id, table: readTable(resource.get('Properties')) }))
  return {
    tables: definitions.map(({ table }) => table),
    names: new Map(definitions.map(({ id, table }) => [id, table.createTable.TableName])),
  }
}

function readTable(properties: Cursor): TableTemplate {
  const kept = Object.fromEntries(
    properties.entries().flatMap(([key, value]) => {
      if (KEPT.includes(key)) return [[key, value.value()]]
      return PASSED_OVER.includes(key) || key === 'TimeToLiveSpecification' ? [] : value.reject('is not emulated')
    }),
  ) as Partial<CreateTableCommandInput>
  const createTable = {
    ...kept,
    TableName: properties.get('TableName').text(),
    BillingMode: 'PAY_PER_REQUEST' as const,
  }
  return { createTable, ...readTtl(properties.get('TimeToLiveSpecification')) }
}

function readTtl(specification: Cursor): Pick<TableTemplate, 'ttlAttribute'> {
  if (specification.isAbsent || specification.get('Enabled').text() !== 'true') return {}
  return { ttlAttribute: specification.get('AttributeName').text() }
}
