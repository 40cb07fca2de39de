import {
  type AttributeValue,
  type DynamoDBClient,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb'
import type { FaultCode } from '../kernel/fault.ts'
import { Secret } from '../kernel/secret.ts'
import { type Clock, type Millis, millis } from '../kernel/time.ts'
import { itemAt } from './dynamo-reads.ts'
import { type Item, keyItem, numberOf } from './item.ts'
import { isDone, tableCall } from './table-call.ts'
import type { KeptToken, TokenFailure, TokenRecord, TokenStore } from './token.ts'

type Update = Pick<
  UpdateItemCommandInput,
  'ConditionExpression' | 'UpdateExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>

/** The token item of an account (`accountOf`) in the table of infra/table.yml. */
export function dynamoTokens(client: DynamoDBClient, tableName: string, account: string, clock: Clock): TokenStore {
  const key = { pk: `token#${account}`, sk: '-' }

  const read = async (): Promise<TokenRecord> => recordOf((await itemAt(client, tableName, key)) ?? {})

  const update = (change: Update): Promise<boolean> => {
    const command = new UpdateItemCommand({ TableName: tableName, Key: keyItem(key), ...change })
    return isDone(tableCall((options) => client.send(command, options)))
  }

  return {
    read,
    lease: ({ holder, until }, { revision }) =>
      update({
        // The SDK repeats a call whose answer was lost: the lease it then finds may be its own.
        ConditionExpression: `${revision === 0 ? 'attribute_not_exists(revision)' : 'revision = :revision'}
          AND (attribute_not_exists(leaseUntilMs) OR leaseUntilMs <= :now OR leaseHolder = :holder)`,
        UpdateExpression: 'SET kind = :kind, leaseHolder = :holder, leaseUntilMs = :until',
        ExpressionAttributeValues: {
          ...(revision === 0 ? {} : { ':revision': { N: String(revision) } }),
          ':kind': { S: 'token' },
          ':now': { N: String(clock()) },
          ':holder': { S: holder },
          ':until': { N: String(until) },
        },
      }),
    async keep(holder, token) {
      if (await update(ownWrite(holder, token))) return token
      if (await update(newerWrite(token))) return token
      return (await read()).kept ?? token
    },
    async fail(holder, failure) {
      await update(failureWrite(holder, failure))
    },
  }
}

const SET_TOKEN = `SET kind = :kind, #token = :token, obtainedAtMs = :obtainedAt, freshUntilMs = :freshUntil,
  worksUntilMs = :worksUntil, confirmedAtMs = :confirmedAt ADD revision :one`

/** Nobody can have written while the lease was ours. */
const ownWrite = (holder: string, token: KeptToken): Update => ({
  ConditionExpression: 'leaseHolder = :holder',
  UpdateExpression: `${SET_TOKEN} REMOVE failure, leaseHolder, leaseUntilMs`,
  ExpressionAttributeNames: { '#token': 'token' },
  ExpressionAttributeValues: { ...tokenValues(token), ':holder': { S: holder } },
})

/** After the lease is lost, what we got may still be newer than what is there. */
const newerWrite = (token: KeptToken): Update => ({
  ConditionExpression: 'attribute_not_exists(obtainedAtMs) OR obtainedAtMs < :obtainedAt',
  UpdateExpression: `${SET_TOKEN} REMOVE failure`,
  ExpressionAttributeNames: { '#token': 'token' },
  ExpressionAttributeValues: tokenValues(token),
})

const failureWrite = (holder: string, { code, facts, until }: TokenFailure): Update => ({
  ConditionExpression: 'leaseHolder = :holder',
  UpdateExpression: 'SET failure = :failure ADD revision :one REMOVE leaseHolder, leaseUntilMs',
  ExpressionAttributeValues: {
    ':holder': { S: holder },
    ':failure': { M: { code: { S: code }, facts: { S: JSON.stringify(facts) }, untilMs: { N: String(until) } } },
    ':one': { N: '1' },
  },
})

const tokenValues = ({ token, obtainedAt, freshUntil, worksUntil, confirmedAt = millis(0) }: KeptToken): Item => ({
  ':kind': { S: 'token' },
  ':token': { S: token.reveal() },
  ':obtainedAt': { N: String(obtainedAt) },
  ':freshUntil': { N: String(freshUntil) },
  ':worksUntil': { N: String(worksUntil) },
  ':confirmedAt': { N: String(confirmedAt) },
  ':one': { N: '1' },
})

function recordOf(item: Item): TokenRecord {
  const kept = keptOf(item)
  const failure = failureOf(item.failure?.M)
  return {
    revision: numberOf(item.revision),
    ...(kept === undefined ? {} : { kept }),
    ...(failure === undefined ? {} : { failure }),
    ...(item.leaseUntilMs === undefined ? {} : { leasedUntil: timeOf(item.leaseUntilMs) }),
  }
}

const timeOf = (value: AttributeValue | undefined): Millis => millis(numberOf(value))

function keptOf(item: Item): KeptToken | undefined {
  if (item.token?.S === undefined) return undefined
  const confirmedAt = timeOf(item.confirmedAtMs)
  return {
    token: new Secret(item.token.S),
    obtainedAt: timeOf(item.obtainedAtMs),
    freshUntil: timeOf(item.freshUntilMs),
    worksUntil: timeOf(item.worksUntilMs),
    ...(confirmedAt === 0 ? {} : { confirmedAt }),
  }
}

const failureOf = (item: Item | undefined): TokenFailure | undefined =>
  item === undefined
    ? undefined
    : {
        code: (item.code?.S ?? 'WECHAT_UNREACHABLE') as FaultCode,
        facts: JSON.parse(item.facts?.S ?? '{}'),
        until: timeOf(item.untilMs),
      }
