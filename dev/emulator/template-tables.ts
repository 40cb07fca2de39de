import type { CreateTableCommandInput, StreamViewType } from '@aws-sdk/client-dynamodb'
import type { Cursor } from './cursor.ts'

export interface TableTemplate {
  readonly createTable: CreateTableCommandInput & { readonly TableName: string }
  readonly ttlAttribute?: string
  /** There when the table has a stream: what its records show. */
  readonly streamViewType?: StreamViewType
}

interface Tables {
  readonly tables: readonly TableTemplate[]
  /** By logical id. */
  readonly byId: ReadonlyMap<string, TableTemplate>
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
  'TableClass',
  'Tags',
]

/** Not for CreateTable, which dynalite lets have neither. */
const READ_APART = ['TimeToLiveSpecification', 'StreamSpecification']

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
    byId: new Map(definitions.map(({ id, table }) => [id, table])),
  }
}

function readTable(properties: Cursor): TableTemplate {
  const kept = Object.fromEntries(
    properties.entries().flatMap(([key, value]) => {
      if (KEPT.includes(key)) return [[key, value.value()]]
      return PASSED_OVER.includes(key) || READ_APART.includes(key) ? [] : value.reject('is not emulated')
    }),
  ) as Partial<CreateTableCommandInput>
  const createTable = {
    ...kept,
    TableName: properties.get('TableName').text(),
    BillingMode: 'PAY_PER_REQUEST' as const,
  }
  const ttl = readTtl(properties.get('TimeToLiveSpecification'))
  return { createTable, ...ttl, ...readStream(properties.get('StreamSpecification')) }
}

function readTtl(specification: Cursor): Pick<TableTemplate, 'ttlAttribute'> {
  if (specification.isAbsent || specification.get('Enabled').text() !== 'true') return {}
  return { ttlAttribute: specification.get('AttributeName').text() }
}

const VIEWS: readonly StreamViewType[] = ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']

function readStream(specification: Cursor): Pick<TableTemplate, 'streamViewType'> {
  if (specification.isAbsent) return {}
  const view = specification.get('StreamViewType')
  const streamViewType = VIEWS.find((each) => each === view.text()) ?? view.reject('is no view of a stream')
  return { streamViewType }
}
